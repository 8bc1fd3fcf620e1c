"""The models of resistance, a row each: which representation of a profile, and which head on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from screen.errors import InputError

Representation = Literal["teacher", "small", "student", "pca", "genes"]


@dataclass(frozen=True)
class ResistanceModel:
    """One row."""

    name: str
    """As it is printed."""
    representation: Representation
    head: str
    """Of :data:`screen.resistance.heads.HEADS`."""
    says: str
    version: int = 1
    """Raise it with every change that changes what is predicted."""


MODELS: Mapping[str, ResistanceModel] = {
    "vae-ll": ResistanceModel("VAE_LL", "teacher", "network", "residual VAE on a large pretrained model's features"),
    "vae-ls": ResistanceModel("VAE_LS", "small", "network", "residual VAE on a small pretrained model's features"),
    "vae-ld": ResistanceModel(
        "VAE_LD", "student", "network", "small residual VAE of expression, distilled from VAE_LL's"
    ),
    "forest": ResistanceModel("random forest", "genes", "forest", "60 trees on genes"),
    "xgboost": ResistanceModel("XGBoost", "genes", "boosted", "40 rounds of boosting on genes"),
    "pca": ResistanceModel(
        "PCA", "pca", "network", "control: principal components, as many as a VAE's code, same head"
    ),
    "logistic": ResistanceModel("logistic, genes", "genes", "logistic", "control: logistic regression on genes"),
    "ridge": ResistanceModel(
        "ridge, genes", "genes", "ridge", "control: ridge on genes, of the response and not the label"
    ),
    "lineage": ResistanceModel("lineage", "genes", "lineage", "naive: share of resistant lines in the lineage"),
    "all-resistant": ResistanceModel("all resistant", "genes", "everybody", "naive: everybody is resistant"),
}
FIVE = ("vae-ll", "vae-ls", "vae-ld", "forest", "xgboost")
"""Those of the published comparison (Zhang et al. 2025)."""
ON_PATIENTS = ("vae-ll", "vae-ld", "xgboost", "forest")
"""The four that were taken to cohorts there."""
WITHOUT_FILE = {
    "vae-ll": "no features of a pretrained model were given: the code of a larger residual VAE, trained here without "
    "labels on all expression in the store",
    "vae-ls": "no features of a pretrained model were given: the code of the small residual VAE, trained here without "
    "labels and without a teacher",
    "vae-ld": "its teacher is the larger residual VAE trained here, no pretrained model",
}
"""What stands in where the user brings no features, in words."""


def requested(names: Sequence[str], default: Sequence[str] = tuple(MODELS)) -> dict[str, ResistanceModel]:
    """The rows of these names; none: ``default``.

    Raises
    ------
    InputError
        A name is unknown.
    """
    known = {key: key for key in MODELS} | {row.name.lower(): key for key, row in MODELS.items()}
    keys = []
    for name in names or default:
        key = known.get(name.strip().lower().replace("_", "-"), known.get(name.strip().lower()))
        if key is None:
            raise InputError(f"no model {name!r}", where="--models", remedy=f"known: {', '.join(MODELS)}")
        keys.append(key)
    return {key: MODELS[key] for key in dict.fromkeys(keys)}
