"""The zoo in the form of every response model: lines, drugs, responses and patients in, predictions for any pair out.

A row is a composition (:mod:`screen.models.networks.architectures`), a response head and the drug features it gets.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from screen.models import Drugs, Fit, FittedModel, Subjects, TrainingSet
from screen.models.baselines.ridge import fit_ridge
from screen.models.model_registry import ModelEntry
from screen.models.networks.architectures import ARCHITECTURES, Architecture
from screen.models.networks.drug_adapter_inputs import DrugInput, DrugKind, fit_drug_input
from screen.models.pair_gp.gp_model import pair_gp
from screen.nn.determinism import one_thread, seeded
from screen.records import Floats
from screen.settings import Training

if TYPE_CHECKING:
    from torch import nn

    from screen.nn.dsn import Encoder

HeadKind = Literal["pair", "binary", "bilinear", "linear", "process"]
ON_CODES: Mapping[HeadKind, tuple[Fit, Callable[[Floats], Any]]] = {
    "linear": (fit_ridge, np.sum),
    "process": (pair_gp, np.mean),
}
"""Heads that are models of the other table, and over which of its columns a profile's variance counts: the sum for a
penalty, the mean for a similarity."""


_PROCESS = 2
"""Version of the rows whose head is the process."""


@dataclass(frozen=True)
class Variant:
    """One row of the zoo."""

    architecture: Architecture
    head: HeadKind
    """The pair MLP on responses or on sensitive-or-not, a bilinear form; or, on codes and lineage, ridge per drug
    or the Gaussian process over pairs."""
    drugs: DrugKind = "graph"
    """The features of a drug that the head gets; ``linear`` gets none, ``process`` takes its own."""
    tunes_drugs: bool = False
    """Whether drug vectors are trained with the head (through a map, see :mod:`screen.nn.drug_adapter`)."""
    critic_steps: int | None = None
    """Steps of the adversary before each of the encoders; ``None``: those of the settings."""

    def training(self, settings: Training) -> Training:
        """The settings as this row takes them."""
        return replace(
            settings,
            head="binary" if self.head == "binary" else "regression",
            critic_steps=self.critic_steps or settings.critic_steps,
        )


def variant_fit(recipe: Variant, training: Training | None = None) -> "partial[FittedModel]":
    """The row as ``Fit``: one member, no ensemble."""
    return partial(fit, recipe, training or Training())


def fit(recipe: Variant, training: Training, training_set: TrainingSet) -> FittedModel:
    """Align as the recipe says, then fit its head on the training lines.

    Without patients there is nothing to align with: the encoder keeps its random start.
    """
    import torch

    from screen.models.networks.alignment_training import Domains, align

    architecture = recipe.architecture if len(training_set.patients) else ARCHITECTURES["none"]
    training = recipe.training(training)
    with one_thread(), seeded(training_set.seed):
        domains = Domains((torch.from_numpy(training_set.lines.scaled),), (torch.from_numpy(training_set.patients),))
        encoder = align(domains, architecture, training, training_set.seed)
        if recipe.head in ON_CODES:
            return _on_codes(encoder, training_set, recipe)
        return _tuned(recipe, encoder, training_set, training)


@dataclass(frozen=True)
class OnCodes:
    """A model of the other table, given the codes of an encoder in place of the genes."""

    coded: "EncoderCodes"
    model: FittedModel

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'; of ridge, drugs of training only."""
        return self.model.predict(self.coded(subjects), drugs)


@dataclass(frozen=True)
class EncoderCodes:
    """(code - centre) x scale."""

    encoder: "Encoder"
    centre: Floats | float = 0.0
    """Of the training lines' codes."""
    scale: float = 1.0

    def __call__(self, subjects: Subjects) -> Subjects:
        """The subjects with codes for profiles."""
        import torch

        with one_thread(), torch.inference_mode():
            codes = self.encoder(torch.from_numpy(np.ascontiguousarray(subjects.scaled))[None])[0].numpy()
        return replace(subjects, scaled=np.asarray((codes - self.centre) * np.float32(self.scale), np.float32))


def _on_codes(encoder: "Encoder", training_set: TrainingSet, recipe: Variant) -> OnCodes:
    """Codes get the variance of the genes, so that penalties and widths mean as much on either."""
    model, over = ON_CODES[recipe.head]
    codes, genes = EncoderCodes(encoder)(training_set.lines).scaled, training_set.lines.scaled
    scale = np.sqrt(over(genes.var(axis=0)) / max(over(codes.var(axis=0)), 1e-12))
    coded = EncoderCodes(encoder, codes.mean(axis=0), float(scale))
    return OnCodes(coded, model(replace(training_set, lines=coded(training_set.lines))))


@dataclass(frozen=True)
class OnPairs:
    """A fine-tuned encoder and head."""

    model: "nn.Module"
    drug_input: DrugInput
    centre: float
    spread: float
    """response = centre + spread x output; spread is negative where the output is a logit of sensitivity."""

    def predict(self, subjects: Subjects, drugs: Drugs) -> Floats:
        """n x D'; a binary head's on the scale of the responses by their mean and spread alone."""
        import torch

        with one_thread(), torch.inference_mode():
            output = self.model(
                torch.from_numpy(np.ascontiguousarray(subjects.scaled)), torch.from_numpy(self.drug_input(drugs))
            )
        return np.asarray(self.centre + self.spread * output.numpy(), np.float32)


def _tuned(recipe: Variant, encoder: "Encoder", training_set: TrainingSet, training: Training) -> OnPairs:
    import torch

    from screen.models.networks.fine_tuning import MemberData, tune
    from screen.nn.dsn import Encoder
    from screen.nn.head import PairModel

    drug_input = fit_drug_input(recipe.drugs, training_set.drugs)
    rows = np.flatnonzero(np.isfinite(training_set.response).any(axis=1))
    measured = training_set.lines.take(rows)
    data = MemberData(
        torch.from_numpy(measured.scaled),
        training_set.response[rows],
        measured.lineages,
        torch.from_numpy(drug_input(training_set.drugs)),
    )
    (tuned,) = tune(encoder, [data], training, training_set.seed, partial(_head, recipe))
    alone = Encoder(measured.scaled.shape[1], training.hidden, training.code, 0.0)
    model = PairModel(alone, _head(recipe, training.code, data.d.shape[1], 0.0))
    model.load_state_dict(tuned.weights)
    if recipe.head == "binary":
        response = training_set.response[rows]
        return OnPairs(model.eval(), drug_input, float(np.nanmean(response)), -float(np.nanstd(response)))
    return OnPairs(model.eval(), drug_input, tuned.centre, tuned.spread)


def _head(recipe: Variant, code: int, drug: int, dropout: float, members: int | None = None) -> Any:
    from screen.nn.bilinear import BilinearHead
    from screen.nn.drug_adapter import TunedDrugs
    from screen.nn.head import PairHead

    head = (BilinearHead if recipe.head == "bilinear" else PairHead)(code, drug, dropout, members)
    return TunedDrugs(head, drug, members) if recipe.tunes_drugs else head


def _recipes() -> Mapping[str, Variant]:
    """Every composition with each kind of net and with ridge; some with the process over pairs; DSN-adv also with every
    other drug input."""
    heads: Mapping[str, HeadKind] = {"": "pair", "-bilinear": "bilinear", "-linear": "linear"}
    recipes = {
        name + ending: Variant(architecture, head)
        for ending, head in heads.items()
        for name, architecture in ARCHITECTURES.items()
    }
    adv = ARCHITECTURES["dsn-adv"]
    recipes |= {
        "dsn-adv-binary": Variant(adv, "binary"),
        "dsn-adv-graph-tuned": Variant(adv, "pair", tunes_drugs=True),
        "dsn-adv-20-steps": Variant(adv, "pair", critic_steps=20),
    }
    others: tuple[DrugKind, ...] = ("fingerprint", "targets", "identity")
    recipes |= {
        f"{name}-process": Variant(ARCHITECTURES[name], "process") for name in ("none", "dsn", "dsn-mmd", "dsn-adv")
    }
    recipes |= {f"dsn-adv-{kind}": Variant(adv, "pair", kind) for kind in others}
    return recipes


def _says(recipe: Variant) -> str:
    heads = {
        "pair": "pair MLP",
        "binary": "pair MLP, binary",
        "bilinear": "bilinear",
        "linear": "ridge per drug",
        "process": "Gaussian process over pairs",
    }
    network = {"none": "encoder drawn at random", "ae": "autoencoder", "dsn": "domain separation"}
    loss = {"none": "", "mmd": ", MMD", "adv": ", adversary"}[recipe.architecture.loss]
    both = " on both codes" if recipe.architecture.codes == "both" else ""
    features = "" if recipe.head in ON_CODES else f" on {recipe.drugs}{' (tuned)' if recipe.tunes_drugs else ''}"
    steps = f", {recipe.critic_steps} steps of the critic" if recipe.critic_steps else ""
    return f"{network[recipe.architecture.network]}{loss}{both}{steps}; {heads[recipe.head]}{features}"


VARIANTS = _recipes()
NETWORK_ENTRIES: Mapping[str, ModelEntry] = {
    name: ModelEntry(
        variant_fit(recipe),
        "zoo",
        True,
        recipe.head != "linear" and recipe.drugs != "identity",
        _says(recipe),
        version=_PROCESS if recipe.head == "process" else 1,
    )
    for name, recipe in VARIANTS.items()
}
"""name -> row, beside :data:`screen.models.model_registry.MODELS`."""
