"""What is evaluated on: cell lines with expression, drugs with a structure, one matrix of responses."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from screen import indications
from screen.expression import Frame, fit_frame, shared_genes, with_lines
from screen.models import Drugs, Rows
from screen.models.contract import LineAlterations
from screen.models.drug_features import features_of
from screen.records import Floats, Library, Profiles
from screen.settings import Settings
from screen.store import Store, load
from screen.training.data import training_data

EVERYBODY = "all indications"


@dataclass(frozen=True)
class BenchmarkData:
    """L cell lines and D drugs of one screen, and patients to align with: their expression only."""

    lines: Profiles
    """L lines with expression, also those that no drug was measured on."""
    lineages: tuple[str, ...]
    library: Library
    drugs: Drugs
    response: Floats
    """L x D, NaN where not measured; low = sensitive."""
    dataset: str
    patients: Profiles
    indication: str | None
    """Whose patients these are; ``None``: of every indication."""
    lineage: str = ""
    """Of the indication, in the cell lines' words; '' where it is not known or there are several."""
    nearness: tuple[int, ...] = ()
    """Length L: how near each line is to the indication (:class:`~screen.records.TrainingData`); empty: not known."""
    alterations: LineAlterations | None = None
    """Of the lines, where a model that is given them was asked for."""

    @cached_property
    def measured(self) -> Rows:
        """Lines with any response."""
        return np.flatnonzero(np.isfinite(self.response).any(axis=1))

    @cached_property
    def frame(self) -> Frame:
        """Frame over all measured lines, for its genes and its patients' quantiles: a fold needs :meth:`frame_of`."""
        genes = shared_genes(self.lines, self.patients)
        return fit_frame(self.lines.take(self.measured), self.patients, genes, self._near(self.measured))

    @cached_property
    def scaled_patients(self) -> Floats:
        """P x g beside every measured line: for models that learn from all of them."""
        return self.frame.scale(self.patients)

    def frame_of(self, rows: Rows) -> Frame:
        """The frame whose reference are the lines at ``rows`` alone."""
        return with_lines(self.frame, self.lines.take(rows), self._near(rows))

    def _near(self, rows: Rows) -> list[int] | None:
        return [self.nearness[row] for row in rows.tolist()] if self.nearness else None

    @cached_property
    def digest(self) -> str:
        """16 hex digits over the lines, the drugs and the responses."""
        words = (self.lines.subject_ids, self.lineages, self.drugs.drug_ids, self.frame.genes, self.dataset)
        digest = hashlib.sha256(repr(words).encode())
        for array in (self.lines.levels, self.response, self.patients.levels, self.drugs.vectors):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    def about(self) -> dict[str, object]:
        """What the manifest keeps of it."""
        return {
            "dataset": self.dataset,
            "lines": int(self.measured.size),
            "drugs": len(self.drugs),
            "pairs": int(np.isfinite(self.response).sum()),
            "genes": len(self.frame.genes),
            "patients": len(self.patients),
            "indication": self.indication,
            "sha256": self.digest,
        }


def load_benchmark(store: Store, settings: Settings, code: str | None = None) -> BenchmarkData:
    """The benchmark data of the store's largest screen, with the patients of one indication or of all.

    Raises
    ------
    StoreError
        Expression, responses or drugs are missing.
    """
    from screen.models.encoder import embeddings

    codes = indications.of_patients(code) if code else _indications(store)
    data = training_data(store, code or EVERYBODY, load.patients_of(store, codes), settings)
    library, response = data.library, data.auc
    vectors = embeddings.embeddings_of(store, library, embeddings.current_encoder(store))
    return BenchmarkData(
        data.lines,
        data.lineages,
        library,
        features_of(library, vectors),
        response,
        data.dataset,
        data.patients,
        code,
        data.lineage,
        data.nearness,
    )


def _indications(store: Store) -> list[str]:
    rows = store.sql("SELECT DISTINCT indication FROM patients WHERE indication IS NOT NULL ORDER BY 1")
    return [str(code) for code in rows["indication"]]
