"""The rivals of every model: one row each, one form."""

from collections.abc import Mapping

from screen.models import Fit
from screen.models.naive import drug_lineage_mean, drug_mean, mean_effects
from screen.models.ridge import ridge

RIVALS: Mapping[str, Fit] = {
    "drug-mean": drug_mean,
    "mean-effects": mean_effects,
    "drug-lineage-mean": drug_lineage_mean,
    "ridge": ridge,
}
