"""The process over the drugs of a library: those of training by their errors, the others by similarity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from screen.models import Drugs
from screen.models.bundle import Bundle
from screen.models.conditioning.lab_history import History, LabProcess, lab_process
from screen.models.conditioning.plate_process import PlatePosterior, PlatePrior, condition
from screen.models.conditioning.residual_covariance import Doubles, DrugCovariance
from screen.models.conditioning.stored_covariance import StoredCovariance, covariance_of
from screen.models.pair_gp.kernels import drug_kernels, graph_width
from screen.records import Library

Columns = NDArray[np.intp]


@dataclass(frozen=True)
class LibraryProcess:
    """D' drugs of training that are among the library's D, and the others."""

    drug_ids: tuple[str, ...]
    """Length D'."""
    columns: Columns
    """Length D': places in the library."""
    known: StoredCovariance
    """Of these drugs."""
    lab: LabProcess
    others: Columns
    """Places in the library of drugs that were not in training."""
    of_others: Doubles
    """Others x D': covariance of what the model misses."""

    def prior(self, responses: Doubles) -> PlatePrior:
        """What is expected of the D' drugs, from the predicted responses of the library's D."""
        return self.lab.prior((responses[self.columns] - self.known.means) / self.known.sds)

    @property
    def other_sd(self) -> float:
        """Standard deviation of the responses to a drug that was not in training."""
        return float(np.median(self.known.sds))

    def in_library(self, values: Doubles, of_others: Doubles | float) -> Doubles:
        """Length D, from values of the D' drugs and of the others."""
        table = np.empty(len(self.columns) + len(self.others))
        table[self.columns], table[self.others] = values, of_others
        return table


@dataclass(frozen=True)
class Expected:
    """Of every drug of the library, in responses; length D each."""

    before: Doubles
    """As the model predicts."""
    after: Doubles
    elsewhere: Doubles
    """After, without the level of the plate."""
    sd_before: Doubles
    """Of a further measurement in this assay."""
    sd_after: Doubles
    scale: Doubles
    """Standard deviation of each drug's responses."""
    level: float
    """Of the plate, in standard deviations of each drug."""


def library_process(
    bundle: Bundle, library: Library, drugs: Drugs, history: Callable[[Sequence[str], StoredCovariance], History]
) -> LibraryProcess:
    """The process of a laboratory over the drugs of a library.

    Parameters
    ----------
    drugs : of the library, in its order
    history : what the laboratory measured before, of the drugs that it is given

    Raises
    ------
    InputError
        The model keeps no covariance of its errors.
    """
    trained = {drug: row for row, drug in enumerate(bundle.manifest["drugs"])}
    there = np.array([drug in trained for drug in library.drug_ids], bool)
    columns, others = np.flatnonzero(there), np.flatnonzero(~there)
    known = of_drugs(covariance_of(bundle), np.array([trained[library.drug_ids[i]] for i in columns], np.intp))
    ids = tuple(library.drug_ids[i] for i in columns)
    lab = lab_process(known.errors.among, history(ids, known))
    return LibraryProcess(ids, columns, known, lab, others, _similarity(known, drugs, columns, others, lab))


def posterior_of(process: LibraryProcess, responses: Doubles, usable: pl.DataFrame) -> PlatePosterior:
    """Condition on the fitted responses of drugs that were in training.

    Parameters
    ----------
    responses : length D, predicted
    usable : rows with drug_id, auc, auc_sd and place (0: the plate whose further measurements are expected)
    """
    place = {drug: i for i, drug in enumerate(process.drug_ids)}
    rows = usable.filter(pl.col("drug_id").is_in(list(place)))
    places = np.array([place[drug] for drug in rows["drug_id"]], np.intp)
    sds = process.known.sds[places]
    return condition(
        process.prior(responses),
        places,
        (rows["auc"].to_numpy() - process.known.means[places]) / sds,
        np.square(rows["auc_sd"].to_numpy() / sds),
        rows["place"].to_numpy().astype(np.intp),
        process.of_others,
    )


def expected_of(process: LibraryProcess, responses: Doubles, found: PlatePosterior) -> Expected:
    """What is expected of every drug of the library before and after the plate."""
    known, prior = process.known, process.prior(responses)
    others, sd = responses[process.others], process.other_sd
    variance = float(np.mean(np.diag(prior.covariance)))
    less = np.maximum(variance - found.others_less, 0.0) + prior.noise

    def of(mean: Doubles, shift: Doubles | float) -> Doubles:
        return process.in_library(known.means + known.sds * mean, others + sd * shift)

    return Expected(
        before=responses,
        after=of(found.mean, found.of_others + found.level),
        elsewhere=of(found.mean_elsewhere, found.of_others),
        sd_before=process.in_library(
            known.sds * np.sqrt(np.diag(prior.covariance) + prior.noise), sd * np.sqrt(variance + prior.noise)
        ),
        sd_after=process.in_library(known.sds * found.spread, sd * np.sqrt(less)),
        scale=process.in_library(known.sds, sd),
        level=found.level,
    )


def of_drugs(known: StoredCovariance, rows: Columns) -> StoredCovariance:
    """What is stored, of the drugs at ``rows`` alone."""
    errors = DrugCovariance(known.errors.among[np.ix_(rows, rows)], known.errors.weights)
    return replace(known, errors=errors, means=known.means[rows], sds=known.sds[rows])


def _similarity(known: StoredCovariance, drugs: Drugs, columns: Columns, others: Columns, lab: LabProcess) -> Doubles:
    if not len(others):
        return np.empty((0, len(columns)))
    trained = drugs.take(columns)
    kernels = drug_kernels(drugs.take(others), trained, graph_width(trained.vectors))
    return lab.assay.scale * known.errors.of_similarity(kernels)
