"""Which kind of instrument a profile comes from, as far as its unit or its file's name says."""

import re

from screen.errors import InputError
from screen.expression.units import linear_unit

PLATFORMS = ("RNA-seq", "array")
"""Names of platforms; an empty name is one that nothing tells."""
_SEQUENCED = ("counts", "cpm", "tpm", "fpkm", "rsem")
_NAMES = {
    "RNA-seq": re.compile(r"rna[-_ ]?seq|(?<![a-z])(?:tpm|fpkm|rpkm|rsem|htseq|star)(?![a-z])"),
    "array": re.compile(r"array|affy|agilent|beadchip|hgu?133|(?<![a-z])rma(?![a-z])"),
}


def platform_of(unit: str, *names: str) -> str:
    """The platform that a unit tells, or else the names of a file and of its data set; empty where nothing does.

    >>> platform_of("tpm"), platform_of("zscore", "gdsc_array_expression.parquet"), platform_of("zscore", "a.csv")
    ('RNA-seq', 'array', '')
    """
    if linear_unit(unit) in _SEQUENCED:
        return "RNA-seq"
    if unit == "array":
        return "array"
    named = {platform for platform, words in _NAMES.items() for name in names if words.search(name.casefold())}
    return named.pop() if len(named) == 1 else ""


def named_platform(text: str, unit: str) -> str:
    """The platform of a name however it is written, held to the unit of the values.

    Raises
    ------
    InputError
        No platform of that name, or one that does not give values in this unit.
    """
    plain = re.sub(r"[^a-z]", "", text.casefold())
    known = {"rnaseq": "RNA-seq", "array": "array", "microarray": "array"}
    if plain not in known:
        raise InputError(
            f"no platform is called {text!r}", where="--platform", remedy=f"one of: {', '.join(PLATFORMS)}"
        )
    expected = platform_of(unit)
    if expected and expected != known[plain]:
        raise InputError(
            f"declared {known[plain]}, but values in this unit come from {expected}",
            where="--platform",
            remedy=f"give --platform {expected}, or the unit that the values are in",
        )
    return known[plain]
