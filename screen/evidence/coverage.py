"""How much of the world a snapshot of evidence has searched through, as its user declares it."""

from dataclasses import dataclass
from pathlib import Path

from screen.errors import InputError
from screen.indications.codes import members, require
from screen.records import drug_key

_FORMS = "full, partial, conditions:CODE,CODE or drugs:FILE (one drug name a line)"


@dataclass(frozen=True)
class Coverage:
    """``full``: all drugs and tumour types. ``partial``: proves presence, never absence. Else what is listed."""

    kind: str
    """full | partial | conditions | drugs"""
    listed: tuple[str, ...] = ()
    """TCGA codes without groups, or drug keys."""

    def __str__(self) -> str:
        """The form stored: ``conditions:COAD,READ``, ``drugs:cisplatin,everolimus``."""
        return f"{self.kind}:{','.join(self.listed)}" if self.listed else self.kind


def parse_coverage(text: str | None) -> Coverage:
    """A declaration as given to ``--coverage``; nothing declared is ``partial``.

    Raises
    ------
    InputError
        Another word, an unknown code, or a drug file that is missing or empty.
    """
    kind, _, rest = (text or "partial").strip().partition(":")
    if kind in ("full", "partial") and not rest:
        return Coverage(kind)
    if kind == "conditions" and rest.strip():
        codes = [require(code, "--coverage") for code in rest.split(",") if code.strip()]
        return Coverage(kind, tuple(sorted({single for code in codes for single in members(code)})))
    if kind == "drugs" and rest.strip():
        return Coverage(kind, _drugs(Path(rest.strip())))
    raise InputError(f"{text!r} is no coverage", where="--coverage", remedy=f"one of: {_FORMS}")


def _drugs(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            f"the drug list cannot be read: {fault}",
            where=str(path),
            remedy="a text file in UTF-8, one drug name a line",
        ) from None
    keys = sorted({drug_key(line) for line in lines if line.strip()})
    if not keys:
        raise InputError("the drug list is empty", where=str(path), remedy="one drug name a line")
    return tuple(keys)


def read_coverage(stored: str | None) -> Coverage:
    """A coverage as the store keeps it."""
    kind, _, rest = (stored or "partial").partition(":")
    return Coverage(kind, tuple(rest.split(",")) if rest else ())
