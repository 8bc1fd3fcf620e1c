"""What a profile is: its unit, its genes, and where it lies among a model's frozen reference."""

from screen.expression.detection import check_unit, detect_unit
from screen.expression.frame import Frame, GeneCoverage, fit_frame, with_lines
from screen.expression.genes import GeneIndex, resolve, shared_genes
from screen.expression.units import UNITS, convert, named_unit

__all__ = [
    "UNITS",
    "Frame",
    "GeneCoverage",
    "GeneIndex",
    "check_unit",
    "convert",
    "detect_unit",
    "fit_frame",
    "named_unit",
    "resolve",
    "shared_genes",
    "with_lines",
]
