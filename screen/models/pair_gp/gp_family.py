"""The Gaussian process over pairs as a family of trained models (:class:`screen.models.contract.ModelFamily`)."""

from screen.models.bundle import Bundle
from screen.models.contract import Drugs, EnsembleRequest, FittedEnsemble, Scorer
from screen.models.device import on_gpu
from screen.models.pair_gp.gp_drug_inputs import drug_rows
from screen.models.pair_gp.gp_members import fit_gp
from screen.models.pair_gp.kernel_names import kernels_of
from screen.records import Floats

SETTINGS = ("model", "dataset", "expression", "folds")
"""Of training; the others are of networks."""
TAKES_LABS = True
"""Whether it takes laboratories' pairs as a source of their own."""
TAKES_ALTERATIONS = True
"""Whether it learns from alterations of lines, and hears those of patients (:func:`with_alterations`)."""


def fit(request: EnsembleRequest) -> FittedEnsemble:
    """Condition a member on the training lines of each fold."""
    return fit_gp(request)


def scorer(bundle: Bundle, scaled: Floats, device: str, threads: int) -> Scorer:
    """Patients' weights of each drug kernel, on the CPU or a GPU."""
    kernels = kernels_of(bundle)
    if on_gpu(device):
        from screen.models.pair_gp.gp_gpu_scorer import GPGpuScorer

        return GPGpuScorer(bundle.members, scaled, "cuda", kernels)
    from screen.models.pair_gp.gp_scorer import GPScorer

    return GPScorer(bundle.members, scaled, threads, kernels)


def drug_inputs(bundle: Bundle, drugs: Drugs) -> Floats:
    """D' x (J D): kernels to the drugs of training."""
    return drug_rows(bundle, drugs)


def with_alterations(bundle: Bundle, scaled: Floats, alterations: Floats, prepared: Floats, members: Floats) -> Floats:
    """Members' scores, moved by what is known of the patients' alterations."""
    from screen.models.pair_gp.heard_alterations import with_alterations as moved

    return moved(bundle, scaled, alterations, prepared, members)
