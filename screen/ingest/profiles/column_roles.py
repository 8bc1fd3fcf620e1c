"""What a column of numbers beside genes is, told by its name: a sample, a coordinate, a statistic, a unit, a cell."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

Role = Literal["sample", "annotation", "statistic"]

_ANNOTATION = frozenset(
    [
        "start",
        "end",
        "stop",
        "chr",
        "chrom",
        "chromosome",
        "chromosomename",
        "seqname",
        "seqnames",
        "strand",
        "length",
        "genelength",
        "width",
        "size",
        "startposition",
        "endposition",
        "startbp",
        "endbp",
        "genestart",
        "geneend",
        "genestartbp",
        "geneendbp",
        "txstart",
        "txend",
        "cdsstart",
        "cdsend",
        "tss",
        "position",
        "pos",
        "locus",
        "exoncount",
        "exonlength",
        "exoniclength",
        "unionexonlength",
        "mergedexonlength",
        "nexons",
        "transcriptlength",
        "transcriptlengthincludingutrsandcds",
        "transcripts",
        "ntranscripts",
        "transcriptcount",
        "effectivelength",
        "efflength",
        "medianlength",
        "entrez",
        "entrezid",
        "entrezgene",
        "entrezgeneid",
        "ncbigeneid",
        "ncbigene",
        "geneid",
        "hgncid",
        "gc",
        "gccontent",
        "percentagegccontent",
        "percentagegenegccontent",
        "band",
        "cytoband",
        "karyotypeband",
        "isopct",
        "kb",
        "bp",
        "genetype",
        "biotype",
        "level",
    ]
)
_STATISTIC = re.compile(
    r"p_?val(?:ue)?s?|p_?adj(?:usted)?|adj_?p(?:_?val(?:ue)?)?|q_?val(?:ue)?s?|fdr|fwer|bonferroni|log2?_?fc"
    r"|log2?_?fold_?change|ln_?fc|fold_?change|lfc_?se|lfc|base_?mean|ave_?expr|log_?cpm_?mean|t_?stat(?:istic)?"
    r"|test_?stat(?:istic)?|conf_?(?:lo|hi|low|high)|ci_?(?:lo|hi|low|high|lower|upper)|std_?(?:err|error|dev)"
    r"|stdev|variance|dispersion|coefficient_of_variation|shrunken_?lfc|odds_?ratio|effect_?size|significant"
)
_SUMMARY = frozenset(
    [
        "mean",
        "median",
        "average",
        "avg",
        "sd",
        "min",
        "max",
        "sum",
        "total",
        "rank",
        "variance",
        "stat",
        "statistic",
        "quantile",
    ]
)
_BESIDE_STATISTICS = frozenset(
    [
        "t",
        "b",
        "f",
        "fc",
        "pct1",
        "pct2",
        "n",
        "lr",
        "se",
        "sem",
        "cv",
        "var",
        "mad",
        "score",
        "order",
        "z",
        "stats",
        "p",
        "q",
        "logcpm",
    ]
)
"""Names that are statistics only where the file holds others: limma's t and B."""
QUANTITIES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "count",
            "counts",
            "rawcount",
            "rawcounts",
            "readcount",
            "readcounts",
            "reads",
            "numreads",
            "estcounts",
            "expectedcount",
            "expectedcounts",
            "unstranded",
            "htseqcount",
            "htseqcounts",
        ),
        "counts",
    ),
    **dict.fromkeys(("tpm", "tpms", "tpmunstranded"), "tpm"),
    **dict.fromkeys(("fpkm", "rpkm", "fpkmunstranded", "fpkms"), "fpkm"),
    **dict.fromkeys(("cpm", "cpms"), "cpm"),
    **dict.fromkeys(("normalizedcount", "normalizedcounts", "rsem"), "rsem"),
    **dict.fromkeys(
        (
            "value",
            "values",
            "expression",
            "abundance",
            "intensity",
            "signal",
            "coverage",
            "fpkmuq",
            "fpkmuqunstranded",
            "strandedfirst",
            "strandedsecond",
            "scaledestimate",
            "medianlengthnormalized",
            "log2tpm",
            "logtpm",
            "log2fpkm",
            "log2cpm",
            "log2counts",
            "zscore",
            "efflength",
        ),
        "",
    ),
}
"""Name of a quantity, letters and digits alone -> its unit; empty where the name does not tell it."""
_SEQUENCING = re.compile(r"^(?:PR-[A-Za-z0-9]{6}|CDS-[A-Za-z0-9]{6}|MC-\d{6}-\S+)$")
_CELL = re.compile(r"(?:^|[_\-.:#/ |])[ACGT]{12,}(?=$|[_\-.:#/ |]\w*$)")


def roles(names: Sequence[str]) -> list[Role]:
    """The role of each column of a file.

    >>> roles(["Start", "P01", "padj", "t"]), roles(["t", "P01"])
    (['annotation', 'sample', 'statistic', 'statistic'], ['sample', 'sample'])
    """
    found: list[Role] = [_role(name) for name in names]
    if "statistic" in found:
        found = [
            "statistic" if role == "sample" and _plain(name) in _BESIDE_STATISTICS else role
            for name, role in zip(names, found, strict=True)
        ]
    return found


def quantity(name: str) -> str | None:
    """The unit that a column's bare name says (empty: a quantity without a unit); ``None`` for any other name.

    >>> quantity("expected_count"), quantity("Value"), quantity("P01")
    ('counts', '', None)
    """
    return QUANTITIES.get(_plain(name))


def sample_and_quantity(name: str) -> tuple[str, str] | None:
    """``P01_TPM`` or ``TPM.P01`` taken apart into sample and unit; ``None`` where no unit stands there.

    >>> sample_and_quantity("P01_TPM"), sample_and_quantity("FPKM.P.01"), sample_and_quantity("P01_T")
    (('P01', 'tpm'), ('P.01', 'fpkm'), None)
    """
    for pattern in (r"^(?P<sample>.+)[ ._\-:](?P<unit>[A-Za-z]+)$", r"^(?P<unit>[A-Za-z]+)[ ._\-:](?P<sample>.+)$"):
        match = re.match(pattern, name)
        unit = QUANTITIES.get(match["unit"].lower(), "") if match else ""
        if match and unit:
            return match["sample"], unit
    return None


def is_sequencing_id(name: str) -> bool:
    """Whether a name is one of DepMap's ids of sequencings and conditions, which stand for no cell line."""
    return _SEQUENCING.match(name.strip()) is not None


def is_cell_barcode(name: str) -> bool:
    """Whether a name holds the barcode of a single cell.

    >>> is_cell_barcode("AAACCTGAGAAACCAT-1"), is_cell_barcode("P1_AAACATACAACCAC"), is_cell_barcode("TCGA-A1-A0SB")
    (True, True, False)
    """
    return _CELL.search(name.strip()) is not None


def without_path(name: str) -> str:
    """A sample named after its alignment file (featureCounts writes the whole path) without path and ending.

    >>> without_path("/data/run7/P01.sorted.bam"), without_path("P.01")
    ('P01', 'P.01')
    """
    match = re.match(r"^(?:.*[/\\])?([^/\\]+?)(?:[._]?Aligned)?(?:[._]sorted\w*)?(?:\.out)?\.(?:bam|sam|cram)$", name)
    return match[1] if match else name


def _role(name: str) -> Role:
    plain, words = _plain(name), _words(name)
    if plain in _ANNOTATION:
        return "annotation"
    if plain in _SUMMARY or _is_statistic(words):
        return "statistic"
    return "sample"


def _is_statistic(words: str) -> bool:
    """Whether the words of a name hold those of a statistic, or begin or end with a summary (``mean_tumour``)."""
    if re.search(rf"(?:^|_)(?:{_STATISTIC.pattern})(?:_|$)", words):
        return True
    parts = words.split("_")
    return len(parts) > 1 and bool({parts[0], parts[-1]} & {"mean", "median", "average", "avg", "stdev", "variance"})


def _words(name: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
