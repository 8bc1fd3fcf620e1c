"""Networks as a family of trained models (:class:`screen.models.contract.ModelFamily`)."""

from dataclasses import fields

from screen.models.bundle import Bundle
from screen.models.contract import Drugs, EnsembleRequest, FittedEnsemble, Scorer
from screen.models.device import on_gpu
from screen.models.networks.gpu_scorer import NetworkGpuScorer
from screen.models.networks.pair_head_scorer import NetworkScorer, prepare
from screen.records import Floats
from screen.settings import Training

SETTINGS = tuple(field.name for field in fields(Training))


def fit(request: EnsembleRequest) -> FittedEnsemble:
    """Align and fine-tune a member for each fold and seed."""
    from screen.models.networks.network_ensemble import fit_networks

    return fit_networks(request)


def scorer(bundle: Bundle, scaled: Floats, device: str, threads: int) -> Scorer:
    """Encoded patients, on the CPU or a GPU."""
    if on_gpu(device, builds=True):
        return NetworkGpuScorer(bundle.members, bundle.manifest["network"], scaled, "cuda")
    return NetworkScorer(bundle.members, scaled, threads)


def drug_inputs(bundle: Bundle, drugs: Drugs) -> Floats:
    """D x 300: prepared embeddings."""
    return prepare(drugs.vectors, bundle.tensors)
