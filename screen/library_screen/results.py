"""The tables of a screened library, as Parquet files that are there whole or not at all."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import polars as pl

from screen import object_stores
from screen.library_screen.embedding import unreadable_of
from screen.library_screen.merging import Merged, Shard
from screen.library_screen.shard_scoring import Cut
from screen.tasks import write_whole


def write(
    folder: Path,
    files: Sequence[Path],
    shards: Sequence[Shard],
    merged: Merged,
    top: pl.DataFrame,
    patient_ids: Sequence[str],
    cut: Cut,
) -> int:
    """Write all tables; the number of molecules that could not be read.

    ``patients.parquet``: threshold of each patient. ``top.parquet``: its best drugs. ``drugs/*.parquet``: for how many
    patients each drug is efficient, a file a piece of the library. ``unreadable.parquet``: what was not scored.
    """
    parts = folder / "drugs"
    parts.mkdir(parents=True, exist_ok=True)
    names = [f"{number:06d}.parquet" for number in range(len(shards))]
    for file in parts.iterdir():
        if file.name not in names:
            file.unlink()
    for name, frame in zip(names, _drugs(shards, merged), strict=True):
        _write(parts / name, frame)
    unreadable = pl.concat([unreadable_of(file) for file in files])
    _write(folder / "unreadable.parquet", unreadable)
    _write(folder / "top.parquet", top)
    _write(
        folder / "patients.parquet",
        pl.DataFrame(
            {
                "patient_id": patient_ids,
                "drugs": [cut.drugs] * len(patient_ids),
                "efficient": [cut.entering] * len(patient_ids),
                "threshold": merged.threshold,
                "tied": merged.tied,
            }
        ),
    )
    return unreadable.height


def copy_tables(folder: Path, to: Path) -> None:
    """Copy all tables of a screen into an object store, under the same names.

    Raises
    ------
    InputError
        The store refuses them.
    """
    for file in sorted(folder.rglob("*.parquet")):
        object_stores.write(pl.read_parquet(file), Path(f"{to}/{file.relative_to(folder)}"))


def _drugs(shards: Sequence[Shard], merged: Merged) -> Iterator[pl.DataFrame]:
    for shard, counts in zip(shards, merged.efficient, strict=True):
        yield shard.identities().with_columns(efficient_patients=pl.Series(counts, dtype=pl.Int32))


def _write(file: Path, frame: pl.DataFrame) -> None:
    stream = BytesIO()
    frame.write_parquet(stream)
    write_whole(file, stream.getvalue())
