"""What a batch of alterations says of each sample."""

from typing import Any

from screen.records import Batch

Calls = dict[tuple[str, str], dict[str, Any]]


def calls(batch: Batch) -> Calls:
    """(subject, kind) -> gene -> level, or (level, detail) where the file tells details."""
    found: Calls = {}
    for row in batch.tables["alterations"].iter_rows(named=True):
        details = row["details"] or [None] * len(row["genes"])
        cells = zip(row["genes"], row["levels"], details, strict=True)
        held = found.setdefault((row["subject_id"], row["kind"]), {})
        held.update({gene: level if row["details"] is None else (level, detail) for gene, level, detail in cells})
    return found


def covered(batch: Batch) -> dict[tuple[str, str], list[str]]:
    """(subject, kind) -> name of its list, less the genes without a value."""
    rows = batch.tables["covered_samples"].iter_rows(named=True)
    return {(row["subject_id"], row["kind"]): [row["list_name"], *(row["missing"] or [])] for row in rows}
