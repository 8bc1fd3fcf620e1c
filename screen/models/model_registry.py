"""Every response model, one row each and one form: what it needs, what it can predict, what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from screen.models import Fit
from screen.models.baselines import naive
from screen.models.baselines.drug_blind import blood_resemblance, general_sensitivity, random_signature
from screen.models.baselines.drug_kernel import fit_drug_kernel, nearest_drugs
from screen.models.baselines.elastic_net import fit_elastic_net
from screen.models.baselines.kernel_ridge import fit_kernel_ridge
from screen.models.baselines.neural_nets import drugwise_nets, pair_mlp
from screen.models.baselines.ridge import fit_ridge, low_rank, ridge_of_genes
from screen.models.baselines.trees import boosting, boosting_targets, random_forest
from screen.models.pair_gp.altered_gp import altered_gp
from screen.models.pair_gp.gp_model import pair_gp, without_graph
from screen.models.pair_gp.gp_selective import pair_gp_selective

Kind = Literal["naive", "baseline", "control", "zoo", "default"]


@dataclass(frozen=True)
class ModelEntry:
    """One model of the table."""

    fit: Fit
    kind: Kind
    """``naive`` looks at no profile, ``control`` at no single drug."""
    new_lines: bool
    """Answers for a line without responses."""
    new_drugs: bool
    """Answers for a drug without responses."""
    says: str
    """The model in one line."""
    alterations: bool = False
    """Is given the alterations of lines, where the store has any."""
    version: int = 1
    """Raise it with every change of code that changes what the model predicts from the same training set, beyond
    rounding: finished fits of the evaluation are then made anew. ``tests/evaluation/test_model_versions.py``
    fails where predictions changed and the version did not."""


MODELS: Mapping[str, ModelEntry] = {
    "global-mean": ModelEntry(naive.global_mean, "naive", True, True, "one answer for every pair"),
    "drug-mean": ModelEntry(naive.drug_mean, "naive", True, True, "the drug's mean, the same for everybody"),
    "line-mean": ModelEntry(naive.line_mean, "naive", True, True, "the line's mean, the same for every drug"),
    "lineage-mean": ModelEntry(naive.lineage_mean, "naive", True, True, "the lineage's mean, the same for every drug"),
    "mean-effects": ModelEntry(naive.mean_effects, "naive", True, True, "drug's mean plus line's or lineage's"),
    "drug-lineage-mean": ModelEntry(
        naive.drug_lineage_mean, "naive", True, True, "each drug's mean within the lineage"
    ),
    "ridge": ModelEntry(fit_ridge, "baseline", True, False, "linear in expression and lineage, drug by drug"),
    "ridge-genes": ModelEntry(ridge_of_genes, "baseline", True, False, "ridge that is not told the lineage"),
    "low-rank": ModelEntry(low_rank, "baseline", True, False, "ridge whose answers vary over drugs in 20 ways"),
    "kernel-ridge": ModelEntry(
        fit_kernel_ridge, "baseline", True, False, "similarity to the training lines, drug by drug"
    ),
    "nearest-drugs": ModelEntry(
        nearest_drugs, "baseline", True, True, "the line's responses to the 5 most similar drugs"
    ),
    "pair-gp": ModelEntry(
        pair_gp,
        "default",
        True,
        True,
        "Gaussian processes in two steps: similarity of lines, each drug by itself, then similarity of drugs",
        version=2,
    ),
    "pair-gp-no-graph": ModelEntry(
        without_graph, "baseline", True, True, "pair-gp without the graph embedding of a drug", version=2
    ),
    "pair-gp-alterations": ModelEntry(
        altered_gp,
        "baseline",
        True,
        True,
        "pair-gp with the few mutations that a drug's responses hang on, its own targets' first",
        alterations=True,
        version=2,
    ),
    "pair-gp-selective": ModelEntry(
        pair_gp_selective,
        "baseline",
        True,
        True,
        "pair-gp on responses from which the line's general sensitivity is taken out",
        version=2,
    ),
    "drug-kernel": ModelEntry(
        fit_drug_kernel,
        "baseline",
        True,
        True,
        "mean effects and what drugs similar in structure, target and pathway do beyond them",
    ),
    "elastic-net": ModelEntry(fit_elastic_net, "baseline", True, False, "linear in few genes, drug by drug"),
    "random-forest": ModelEntry(
        random_forest, "baseline", True, True, "60 trees on 20,000 pairs: components, fingerprint"
    ),
    "boosting": ModelEntry(boosting, "baseline", True, True, "boosted trees on all pairs: components, fingerprint"),
    "boosting-targets": ModelEntry(
        boosting_targets, "baseline", True, True, "boosted trees that are told the targets too"
    ),
    "pair-mlp": ModelEntry(pair_mlp, "baseline", True, True, "plain net on expression and fingerprint, no alignment"),
    "drugwise-nets": ModelEntry(drugwise_nets, "baseline", True, False, "one small net a drug on expression"),
    "general-sensitivity": ModelEntry(
        general_sensitivity,
        "control",
        True,
        True,
        "how sensitive the line is to anything, from expression; the same for every drug",
    ),
    "blood-likeness": ModelEntry(
        blood_resemblance,
        "control",
        True,
        True,
        "how like blood the profile is, learned without a response; the same for every drug",
    ),
    "random-signature": ModelEntry(
        random_signature, "control", True, True, "25 genes drawn by chance; the same for every drug"
    ),
}

BASELINES: Mapping[str, Fit] = {
    name: MODELS[name].fit for name in ("drug-mean", "mean-effects", "drug-lineage-mean", "ridge")
}
"""Measured beside every trained model, every time: what needs no more than seconds."""
