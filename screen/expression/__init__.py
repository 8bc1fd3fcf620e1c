"""What a profile is: its unit, its genes, and where it lies among a model's frozen reference."""

from screen.expression.detection import check_unit, detect_unit, rebased, refuse_other_assay
from screen.expression.frame import Frame, GeneCoverage, fit_frame, with_lines
from screen.expression.genes import GeneIndex, refuse_unknown, resolve, shared_genes, unresolved_ensembl
from screen.expression.other_assays import odd_profile
from screen.expression.units import MODEL_UNITS, UNITS, WHOLE, convert, linear_unit, named_unit

__all__ = [
    "MODEL_UNITS",
    "UNITS",
    "WHOLE",
    "Frame",
    "GeneCoverage",
    "GeneIndex",
    "check_unit",
    "convert",
    "detect_unit",
    "fit_frame",
    "linear_unit",
    "named_unit",
    "odd_profile",
    "rebased",
    "refuse_other_assay",
    "refuse_unknown",
    "resolve",
    "shared_genes",
    "unresolved_ensembl",
    "with_lines",
]
