"""The process over pairs with effects of alterations beside it (:mod:`screen.models.pair_gp.alteration_effects`).

Where nothing was read of a subject's alterations, or a gene was not looked at, nothing is added: the prediction is that
of the process without them. A new drug takes part in the effects of the drugs of training that it resembles.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screen.models import Drugs, Subjects, TrainingSet
from screen.models.baselines.naive import drug_means
from screen.models.pair_gp.alteration_effects import AlterationEffects, find_effects
from screen.models.pair_gp.gp_model import PairGP, pair_gp, spreads
from screen.models.pair_gp.kernels import drug_kernels, line_kernels
from screen.records import Floats


@dataclass(frozen=True)
class AlteredGP:
    """A process over pairs and the effects of alterations that its drugs take in."""

    process: PairGP
    effects: AlterationEffects | None
    """``None``: no alterations were read of the lines of training."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D' responses."""
        found = self.process.predict(subjects, drugs)
        if self.effects is None or subjects.alterations is None:
            return found
        process = self.process
        lines = process.lines.take(np.arange(len(self.effects.expected)))
        similarity = process.of_lines.covariance(line_kernels(subjects, lines))
        added = self.effects.added(np.asarray(similarity, np.float32), subjects.alterations, len(process.drugs))
        # Of a line of training the measured responses hold what an alteration would add.
        added[subjects.places(process.lines.ids) >= 0] = 0
        kernels = drug_kernels(drugs, process.drugs, process.graph_width)
        _, spread = process.level(drugs, kernels)
        return np.asarray(found + spread * (added @ self._onto(kernels)), np.float32)

    def _onto(self, kernels: Floats) -> Floats:
        """D x D': what each requested drug gets of each drug of training; a drug of training gets what is of it."""
        return np.asarray(self.among_drugs() @ np.tensordot(self.process.of_drugs, kernels, axes=1).T, np.float32)

    def among_drugs(self) -> NDArray[np.float64]:
        """D x D, inverse covariance of the drugs of training."""
        process = self.process
        among = drug_kernels(process.drugs, process.drugs, process.graph_width)
        return np.asarray(np.linalg.inv(np.tensordot(process.of_drugs, among, axes=1).astype(np.float64)))


def altered_gp(training_set: TrainingSet) -> AlteredGP:
    """Fit the process, then the effects of alterations on what it leaves, drug by drug."""
    process = pair_gp(training_set)
    lines = training_set.lines
    if lines.alterations is None:
        return AlteredGP(process, None)
    over_lines = process.of_lines
    covariance = over_lines.covariance(line_kernels(lines, lines))
    standard = (training_set.response - drug_means(training_set.response)) / spreads(training_set.response)
    of_target = np.array(
        [[bool(names & targets) for names in training_set.altered_genes] for targets in training_set.drugs.targets]
    )
    effects = find_effects(covariance, over_lines.noise, np.asarray(standard, np.float32), lines.alterations, of_target)
    return AlteredGP(process, effects)
