"""Run a protocol on the store and keep what it measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from screen import indications
from screen.errors import InputError
from screen.evaluate import Row, evaluation_id
from screen.evaluate.lines import evaluate_lines, read_folds
from screen.evaluate.patients import evaluate_patients
from screen.settings import Settings
from screen.store import audit, load, open_store, runs

PROTOCOLS = ("lines", "patients")


@dataclass(frozen=True)
class Measured:
    """One figure with its 95% interval."""

    protocol: str
    indication: str | None
    model: str
    metric: str
    stratum: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    n_positive: int | None
    note: str | None


def evaluate(settings: Settings, protocol: str, codes: Sequence[str], folds: Path | None = None,
             progress: Callable[[str, int, int], None] = lambda label, done, total: None) -> list[Measured]:
    """Measure, store the rows under the protocol's content hash, and return them.

    ``lines``: members predict cell lines of a fold they were trained without, beside naive predictors and ridge.
    ``patients``: current rankings against known responses; measured only, never chosen by.

    Raises
    ------
    InputError
        The protocol is unknown.
    """
    if protocol not in PROTOCOLS:
        raise InputError(f"no protocol {protocol!r}", where="evaluate", remedy=f"known: {', '.join(PROTOCOLS)}")
    codes = [indications.require(code, "evaluate") for code in codes]
    rows: list[Row] = []
    for number, code in enumerate(codes):
        progress(f"{protocol} {code}", number, len(codes))
        rows += _lines(settings, code, folds) if protocol == "lines" else []
    if protocol == "patients":
        with open_store(settings.store) as store:
            rows = evaluate_patients(store, settings, codes)
    key = evaluation_id(protocol, codes, settings.printed(), folds and sorted(read_folds(folds).items()))
    with open_store(settings.store, write=True) as store, store.transaction():
        runs.save_evaluations(store, key, rows)
        audit.record(store, "evaluate", protocol=protocol, evaluation_id=key, rows=len(rows))
    return [_measured(row) for row in rows]


def _measured(row: Row) -> Measured:
    figures: Row = {name: row.get(name) for name in Measured.__dataclass_fields__}
    return Measured(**figures)


def _lines(settings: Settings, code: str, folds: Path | None) -> list[Row]:
    from screen.learn import embed
    from screen.training_data import training_data

    with open_store(settings.store) as store:
        data = training_data(store, code, load.patients_of(store, indications.members(code)), settings)
        vectors = embed.embeddings(store, data.library, embed.current_encoder(store))
    return evaluate_lines(data, vectors, settings, settings.work, read_folds(folds) if folds else None)
