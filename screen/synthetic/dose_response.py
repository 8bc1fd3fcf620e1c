"""What the synthetic drugs do: the planted mechanism, and the assay that measures it."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from screen.synthetic.biology import PROGRAMMES, Array, Facts, Tumours

RANGE = float(np.log(1000.0))
"""Width of the dose window, natural log: the lowest dose is a thousandth of the highest."""
SENSITIVE_ABOVE = 0.5
"""A tumour is truly sensitive to a planted drug where its programme runs above this, about 3 in 10."""
_AMPLITUDE = 3.5
_STEEPNESS = 3.0
_GENERAL = 0.5
_ASSAY_NOISE = 0.7


@dataclass(frozen=True)
class Pharmacology:
    """Properties of d drugs; potencies are ln(IC50 / highest dose)."""

    potency: Array
    """Length d, where nothing drives the response."""
    lineage_effect: Array
    """L x d, shared by the drugs of a mechanism."""
    programme: tuple[int | None, ...]
    """Length d: row of ``PROGRAMMES`` that makes a tumour sensitive; None where nothing is planted."""
    top_dose: Array
    """Length d, uM."""


def draw_pharmacology(known: Facts, rng: Generator) -> Pharmacology:
    """Potencies, doses and lineage effects of the drugs in ``Facts.drugs``, in its order."""
    drugs = known.drugs
    planted = tuple(PROGRAMMES.index(p) if p else None for p in drugs["programme"])
    works = np.array([p is not None for p in planted])
    potency = np.where(works, rng.normal(1.0, 0.4, len(planted)), rng.normal(1.3, 0.9, len(planted)))
    mechanisms = sorted(set(drugs["mechanism"]))
    by_mechanism = rng.normal(0, 0.4, (known.lineages.height, len(mechanisms)))
    effect = by_mechanism[:, [mechanisms.index(m) for m in drugs["mechanism"]]]
    return Pharmacology(potency, effect, planted, rng.choice([1.0, 2.0, 5.0, 10.0], len(planted)))


def true_potency(tumours: Tumours, drugs: Pharmacology) -> Array:
    """ln(IC50 / highest dose) of every tumour and drug before the assay, n x d."""
    general = _GENERAL * tumours.programmes[:, [PROGRAMMES.index("proliferation")]]
    values = drugs.potency + drugs.lineage_effect[tumours.lineage] - general
    for drug, programme in enumerate(drugs.programme):
        if programme is not None:
            above = tumours.programmes[:, programme] - SENSITIVE_ABOVE
            values[:, drug] -= _AMPLITUDE / (1 + np.exp(-_STEEPNESS * above))
    return values


def sensitive(tumours: Tumours, drugs: Pharmacology) -> NDArray[np.bool_]:
    """Where the programme that a drug needs runs high, n x d; False where nothing is planted."""
    high = tumours.programmes > SENSITIVE_ABOVE
    never = np.zeros(len(tumours), dtype=bool)
    return np.stack([never if p is None else high[:, p] for p in drugs.programme], axis=1)


def assay(potency: Array, rng: Generator) -> Array:
    """One noisy measurement of potencies."""
    return potency + rng.normal(0, _ASSAY_NOISE, potency.shape)


def area_under_curve(potency: Array) -> Array:
    """AUC (0..1, low = sensitive) over the dose window of a Hill curve of slope one with this ln(IC50 / top dose).

    The mean over ln(dose) of 1 / (1 + dose / IC50), in closed form.
    """
    return 1.0 - (np.logaddexp(0.0, -potency) - np.logaddexp(0.0, -RANGE - potency)) / RANGE
