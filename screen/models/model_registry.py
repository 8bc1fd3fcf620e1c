"""Every response model, one row each and one form: what it needs, what it can answer for, what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from screen.models import Fit
from screen.models.baselines import naive
from screen.models.baselines.drug_blind import blood_likeness, general_sensitivity, random_signature
from screen.models.baselines.drug_kernel import drug_kernel, nearest_drugs
from screen.models.baselines.elastic_net import elastic_net
from screen.models.baselines.kernel_ridge import kernel_ridge
from screen.models.baselines.neural_nets import drugwise_nets, pair_mlp
from screen.models.baselines.ridge import low_rank, ridge, ridge_of_genes
from screen.models.baselines.trees import boosting, boosting_targets, random_forest
from screen.models.pair_gp.gp_model import pair_gp, without_graph
from screen.models.pair_gp.gp_selective import pair_gp_selective

Kind = Literal["naive", "rival", "control", "zoo", "default"]


@dataclass(frozen=True)
class Entrant:
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


MODELS: Mapping[str, Entrant] = {
    "global-mean": Entrant(naive.global_mean, "naive", True, True, "one answer for every pair"),
    "drug-mean": Entrant(naive.drug_mean, "naive", True, True, "the drug's mean, the same for everybody"),
    "line-mean": Entrant(naive.line_mean, "naive", True, True, "the line's mean, the same for every drug"),
    "lineage-mean": Entrant(naive.lineage_mean, "naive", True, True, "the lineage's mean, the same for every drug"),
    "mean-effects": Entrant(naive.mean_effects, "naive", True, True, "drug's mean plus line's or lineage's"),
    "drug-lineage-mean": Entrant(naive.drug_lineage_mean, "naive", True, True, "each drug's mean within the lineage"),
    "ridge": Entrant(ridge, "rival", True, False, "linear in expression and lineage, drug by drug"),
    "ridge-genes": Entrant(ridge_of_genes, "rival", True, False, "ridge that is not told the lineage"),
    "low-rank": Entrant(low_rank, "rival", True, False, "ridge whose answers vary over drugs in 20 ways"),
    "kernel-ridge": Entrant(kernel_ridge, "rival", True, False, "likeness to the training lines, drug by drug"),
    "nearest-drugs": Entrant(nearest_drugs, "rival", True, True, "the line's responses to the 5 drugs most alike"),
    "pair-gp": Entrant(
        pair_gp, "default", True, True, "a Gaussian process over pairs: likeness of lines times likeness of drugs"
    ),
    "pair-gp-no-graph": Entrant(without_graph, "rival", True, True, "pair-gp without the graph embedding of a drug"),
    "pair-gp-selective": Entrant(
        pair_gp_selective,
        "rival",
        True,
        True,
        "pair-gp on responses from which the line's general sensitivity is taken out",
    ),
    "drug-kernel": Entrant(
        drug_kernel,
        "rival",
        True,
        True,
        "mean effects and what drugs alike in structure, target and pathway do beyond them",
    ),
    "elastic-net": Entrant(elastic_net, "rival", True, False, "linear in few genes, drug by drug"),
    "random-forest": Entrant(random_forest, "rival", True, True, "60 trees on 20,000 pairs: components, fingerprint"),
    "boosting": Entrant(boosting, "rival", True, True, "boosted trees on all pairs: components, fingerprint"),
    "boosting-targets": Entrant(boosting_targets, "rival", True, True, "boosted trees that are told the targets too"),
    "pair-mlp": Entrant(pair_mlp, "rival", True, True, "plain net on expression and fingerprint, no alignment"),
    "drugwise-nets": Entrant(drugwise_nets, "rival", True, False, "one small net a drug on expression"),
    "general-sensitivity": Entrant(
        general_sensitivity,
        "control",
        True,
        True,
        "how sensitive the line is to anything, from expression; the same for every drug",
    ),
    "blood-likeness": Entrant(
        blood_likeness,
        "control",
        True,
        True,
        "how like blood the profile is, learned without a response; the same for every drug",
    ),
    "random-signature": Entrant(
        random_signature, "control", True, True, "25 genes drawn by chance; the same for every drug"
    ),
}

RIVALS: Mapping[str, Fit] = {
    name: MODELS[name].fit for name in ("drug-mean", "mean-effects", "drug-lineage-mean", "ridge")
}
"""Measured beside every trained model, every time: what needs no more than seconds."""
