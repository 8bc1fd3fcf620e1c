"""One request's look into the store: opened for reading, closed with the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from screen.ranking.across_indications import Across
from screen.ranking.between_indications import between_indications
from screen.ranking.predicted_response import Responses, responses
from screen.ranking.selective_drugs import clinical, stands_out
from screen.ranking.shortlists import Shortlists, Tables, current_runs, make_shortlists, tables
from screen.report.content.drug_report import with_lines
from screen.report.content.patient_sample import indication_of
from screen.report.content.provenance import current_run
from screen.report.report_kinds import Report, ReportKind, kind_of
from screen.settings import Settings
from screen.store import Store, open_store
from screen.view.remembered import Remembered, State, state_of

PATIENCE = 2.0
"""Seconds that a page waits for a run that writes."""


@dataclass(frozen=True)
class Reading:
    """The store as one request sees it."""

    store: Store
    settings: Settings
    state: State
    remembered: Remembered

    def cohort_lists(self, code: str = "") -> Shortlists:
        """What stands out for each patient of an indication's newest ranking, or of all; made once in a state."""

        def made() -> Shortlists:
            runs = [current_run(self.store, code).run_id] if code else current_runs(self.store)
            return make_shortlists(self.store, self.settings.ranking, runs)

        return self.remembered.get(self.state, ("lists", code), made)

    def standing(self, code: str) -> pl.DataFrame:
        """What stands out for each patient of an indication's newest ranking, folded drugs left aside."""

        def made() -> pl.DataFrame:
            runs = [current_run(self.store, code).run_id]
            known, found = clinical(self.store, runs), responses(self.store, runs)
            rows = stands_out(self.store, self.settings.ranking, runs, known, found)
            return rows.filter(~pl.col("folded"))

        return self.remembered.get(self.state, ("standing", code), made)

    def line_responses(self, drug_id: str) -> Responses:
        """How scores of one drug are read back in each ranking, beside its cell lines."""
        return responses(self.store, current_runs(self.store), drug_id)

    def report(self, kind: str, subject: str) -> Report:
        """The record of a report, as the command writes it.

        Raises
        ------
        ScreenError
            There is no such subject, or nothing is known to say of it.
        """
        one = kind_of(kind)
        return one.build(self.store, subject, self.settings, self._tables(one, subject))

    def between(self) -> pl.DataFrame:
        """What sets the indications apart, a row a drug and indication."""
        return self.remembered.get(
            self.state,
            "between",
            lambda: between_indications(self.store, self.settings.ranking, current_runs(self.store)),
        )

    def _tables(self, kind: ReportKind, subject: str) -> Shortlists:
        """The lists that a report needs: those of a patient's cohort serve all its patients, those of all rankings
        the reports of indications, drugs and plans."""
        if kind.name == "patient":
            return self.cohort_lists(indication_of(self.store, subject))
        if kind.name == "drug":
            return self.remembered.get(self.state, "with lines", lambda: with_lines(self.store, self._across()))
        if kind.name == "indication":
            return self._across()
        return self._all() if kind.name == "organoid" else kind.tables(self.store, [subject], self.settings)

    def _across(self) -> Across:
        return Across(**vars(self._all()), between=self.between())

    def _all(self) -> Tables:
        return self.remembered.get(self.state, "tables", lambda: tables(self.store, self.settings.ranking))


@contextmanager
def reading(settings: Settings, remembered: Remembered) -> Iterator[Reading]:
    """The store, open for reading.

    Raises
    ------
    StoreBusy
        A run is writing.
    """
    state = state_of(Path(settings.store))
    with open_store(settings.store, wait=PATIENCE) as store:
        yield Reading(store, settings, state, remembered)
