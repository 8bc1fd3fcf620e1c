"""The first page: what is in the store, what is ranked, and what is next, as commands."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from screen import indications
from screen.store import Store
from screen.store.contents import Holding, holdings
from screen.view.reading import Reading

FEWEST = 10
"""Patients with a profile from which on an indication is proposed for training."""
_PROFILED = """
SELECT p.indication, count(DISTINCT p.patient_id) AS patients
FROM patients p JOIN expression e ON e.domain = 'patient' AND e.subject_id = p.patient_id
WHERE p.indication IS NOT NULL AND p.indication NOT IN (SELECT indication FROM current_models)
GROUP BY 1 HAVING count(DISTINCT p.patient_id) >= $fewest ORDER BY 2 DESC, 1 LIMIT 3
"""
_RANKED = """
SELECT n.indication, n.run_id, count(*) AS patients,
       (SELECT count(*) FROM run_drugs d WHERE d.run_id = n.run_id AND d.scored) AS drugs
FROM current_runs n JOIN run_patients p USING (run_id) GROUP BY ALL ORDER BY n.indication
"""
_UNRANKED = """
SELECT indication FROM current_models WHERE indication NOT IN (SELECT indication FROM current_runs) ORDER BY 1
"""


@dataclass(frozen=True)
class Ranked:
    """An indication that is ranked."""

    indication: str
    name: str
    patients: int
    drugs: int


@dataclass(frozen=True)
class Next:
    """A step that has not been taken, and the command that takes it."""

    what: str
    command: str


@dataclass(frozen=True)
class Home:
    """Everything the first page says."""

    holdings: tuple[Holding, ...]
    ranked: tuple[Ranked, ...]
    next: tuple[Next, ...]
    file: str
    """Name of the store's file."""


def home(reading: Reading) -> Home:
    """Gather the first page."""
    held = tuple(holdings(reading.store))
    rows = reading.store.sql(_RANKED).to_dicts()
    ranked = tuple(_ranked(row) for row in rows)
    counts = {one.what: one.number for one in held}
    return Home(held, ranked, tuple(_next(reading.store, counts, ranked)), reading.store.path.name)


def command(store: Store, *words: str) -> str:
    """A command line on this store, to be copied into a shell."""
    return shlex.join(["crescreen", "--store", str(store.path), *words])


def _ranked(row: Mapping[str, Any]) -> Ranked:
    code = row["indication"]
    return Ranked(code, indications.name(code), row["patients"], row["drugs"])


def _next(store: Store, counts: Mapping[str, int], ranked: tuple[Ranked, ...]) -> list[Next]:
    if not counts["source files"]:
        what = "Read published files; those known are listed by: crescreen sources"
        return [Next(what, command(store, "ingest", "FILE"))]
    steps = [
        Next(f"Train a model of {code} ({patients} patients with a profile)", command(store, "train", code))
        for code, patients in store.sql(_PROFILED, fewest=FEWEST).iter_rows()
    ]
    unranked = store.sql(_UNRANKED)["indication"].to_list()
    steps += [Next(f"Rank the drugs for the patients of {code}", command(store, "rank", code)) for code in unranked]
    if ranked and not store.scalar("SELECT count(*) FROM evaluation_manifests"):
        steps.append(Next("Measure the models on cell lines unseen", command(store, "evaluate", "lines")))
    if ranked:
        code = ranked[0].indication
        steps.append(Next(f"Write the report of {code}", command(store, "report", "indication", code)))
        steps.append(Next(f"Plan an organoid test of {code}", command(store, "organoid", "plan", code)))
    return steps
