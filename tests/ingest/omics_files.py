"""Write a small file and read it as ingest would, whichever kind it is."""

from pathlib import Path

from screen.ingest import registry
from screen.records import Batch, ReadOptions


def read(
    path: Path,
    content: str | bytes | None = None,
    *,
    unit: str | None = None,
    indication: str | None = None,
    dataset: str | None = None,
    kind: str | None = None,
    coverage: str | None = None,
) -> Batch:
    """The batch of a file, written first when ``content`` is given."""
    if content is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    options = ReadOptions(unit=unit, indication=indication, dataset=dataset, kind=kind, coverage=coverage)
    return registry.read(path, options)[1]


def profiles(batch: Batch) -> dict[str, list[float | None]]:
    """subject -> levels in the file's gene order."""
    rows = batch.tables["expression"]
    return dict(zip(rows["subject_id"].to_list(), rows["levels"].to_list(), strict=True))


def genes(batch: Batch) -> list[str]:
    """The gene order of a batch."""
    order: list[str] = batch.tables["gene_orders"]["genes"][0].to_list()
    return order
