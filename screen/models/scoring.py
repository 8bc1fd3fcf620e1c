"""All drugs for all patients by a stored model, whatever its family.

A compiled kernel scores the whole ensemble in one pass, on the CPU or, where there is one, on a GPU. On the CPU a
patient's scores are the same to the last bit whether it comes alone or in a cohort.
"""

from screen.models.bundle import Bundle
from screen.models.contract import Drugs, Scorer
from screen.models.device import on_gpu
from screen.models.families import family_of, row_of
from screen.records import Floats
from screen.store.stored_models import ALTERATIONS


def scorer(bundle: Bundle, scaled: Floats, device: str = "auto", threads: int = 0) -> Scorer:
    """What scores drugs for these patients.

    Parameters
    ----------
    scaled : n x g, expression in the model's frame
    device : ``auto``, ``cpu`` or ``cuda``
    threads : 0 takes one a core; on the CPU the scores do not depend on it

    Raises
    ------
    StoreError
        A kind of model, or something in it, that this version does not know.
    """
    return family_of(bundle).scorer(bundle, scaled, device, threads)


def settled_device(bundle: Bundle, requested: str) -> str:
    """``cpu`` or ``cuda``: where this machine scores with the model, ``auto`` settled."""
    if requested != "auto":
        return requested
    return "cuda" if on_gpu("auto", builds=row_of(bundle).builds) else "cpu"


def drug_inputs(bundle: Bundle, drugs: Drugs) -> Floats:
    """What the model's scorer takes of D drugs, a row each."""
    return family_of(bundle).drug_inputs(bundle, drugs)


def with_alterations(
    bundle: Bundle, scaled: Floats, alterations: Floats | None, prepared: Floats, members: Floats
) -> Floats:
    """m x n x D scores of the members, moved by what is known of the patients' alterations.

    Parameters
    ----------
    alterations : n x E of the events that the manifest names, NaN where nobody looked; ``None``: nothing is known
    prepared : of :func:`drug_inputs`
    members : scores without; those of a patient of whom nothing is known stay as they are, to the last bit
    """
    if alterations is None or ALTERATIONS not in bundle.manifest:
        return members
    family = family_of(bundle)
    assert family.TAKES_ALTERATIONS  # type: ignore[attr-defined]
    moved: Floats = family.with_alterations(bundle, scaled, alterations, prepared, members)  # type: ignore[attr-defined]
    return moved
