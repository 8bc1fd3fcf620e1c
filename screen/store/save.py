"""Write what a stage made: every function runs in one transaction of its caller or of its own."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from screen.errors import InputError
from screen.records import Batch, ReadOptions
from screen.store.database import Store
from screen.store.erasure import leave_out_forgotten

FACT_TABLES = (
    "cell_line_records",
    "patient_records",
    "expression",
    "gene_aliases",
    "drug_names",
    "drug_facts",
    "drug_problems",
    "responses",
    "outcomes",
    "given_drugs",
    "trials",
    "trial_conditions",
    "trial_interventions",
    "indication_records",
    "oncotree_nodes",
)
"""Tables whose rows belong to one source file."""

SHARED_TABLES = {"gene_orders": "gene_order_id", "drug_structures": "drug_id", "drug_encoders": "encoder_id"}
"""Tables whose rows several files may bring, with the key that makes a row the same."""


@dataclass(frozen=True)
class Source:
    """One file as it was read."""

    source_id: str
    sha256: str
    name: str
    size_bytes: int
    options: str
    """JSON of the reading options."""


def source_of(path: Path, options: ReadOptions) -> Source:
    """Identity of a file (or of a folder read as one): its bytes and how it was asked to be read."""
    digest = hashlib.sha256()
    size = 0
    for part in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if part.is_file():
            with part.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
                    size += len(block)
    sha256 = digest.hexdigest()
    asked = json.dumps(asdict(options), sort_keys=True)
    identity = hashlib.sha256(f"{sha256}\x1f{asked}\x1f{_naming(path, options)}".encode()).hexdigest()[:16]
    return Source(identity, sha256, path.name, size, asked)


def _naming(path: Path, options: ReadOptions) -> str:
    # The file's name is the name of its data set where none is declared.
    return "" if options.dataset else path.name


def known(store: Store, source: Source) -> bool:
    """Whether this file, read this way, is in the store already."""
    return store.scalar("SELECT 1 FROM source_files WHERE source_id = $id", id=source.source_id) is not None


def same_bytes(store: Store, source: Source) -> list[str]:
    """Source ids of the same bytes read another way: they are replaced, so nothing is doubled."""
    return store.sql(
        "SELECT source_id FROM source_files WHERE sha256 = $sha AND source_id <> $id",
        sha=source.sha256,
        id=source.source_id,
    )["source_id"].to_list()


def save_batch(store: Store, source: Source, batch: Batch) -> int:
    """Store one file's rows; return how many. Call inside a transaction."""
    rows = 0
    for table, frame in batch.tables.items():
        if table in SHARED_TABLES:
            new = _append_new(store, table, SHARED_TABLES[table], frame)
            rows += new if table == "drug_encoders" else 0
        elif table in FACT_TABLES:
            kept = leave_out_forgotten(store, table, frame)
            store.append(table, kept.with_columns(source_id=pl.lit(source.source_id)))
            rows += kept.height
        else:
            raise KeyError(table)
    store.append(
        "source_files",
        pl.DataFrame(
            [
                {
                    **{k: getattr(source, k) for k in ("source_id", "sha256", "name", "size_bytes", "options")},
                    "kind": batch.kind,
                    "row_count": rows,
                    "snapshot_date": batch.snapshot_date,
                    "coverage": batch.coverage,
                    "notes": list(batch.notes),
                }
            ],
            schema_overrides={"snapshot_date": pl.String, "coverage": pl.String, "notes": pl.List(pl.String)},
        ),
    )
    return rows


def refuse_second_dataset(store: Store, source: Source, batch: Batch) -> None:
    """Responses of one data set come from one file: a second file of that name would be averaged into the first.

    Raises
    ------
    InputError
        The data set and metric are in the store from another file.
    """
    if "responses" not in batch.tables:
        return
    for dataset, metric in batch.tables["responses"].select("dataset", "metric").unique(maintain_order=True).rows():
        other = store.scalar(
            """SELECT name FROM source_files JOIN responses USING (source_id)
               WHERE dataset = $dataset AND metric = $metric LIMIT 1""",
            dataset=dataset,
            metric=metric,
        )
        if other is not None:
            raise InputError(
                f"{metric} of data set {dataset!r} is in the store already, from {other}",
                where=source.name,
                remedy="name this one otherwise with --dataset",
            )


def _append_new(store: Store, table: str, key: str, frame: pl.DataFrame) -> int:
    present = store.sql(f"SELECT {key} FROM {table}")[key]
    new = frame.unique(key, keep="first", maintain_order=True).filter(~pl.col(key).is_in(present.implode()))
    store.append(table, new)
    return new.height


def remove_sources(store: Store, source_ids: Iterable[str]) -> None:
    """Take out every row of these files. Call inside a transaction."""
    for source_id in source_ids:
        for table in (*FACT_TABLES, "source_files"):
            store.run(f"DELETE FROM {table} WHERE source_id = $id", id=source_id)
