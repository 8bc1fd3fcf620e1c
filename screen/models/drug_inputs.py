"""What a model's scorer takes of a drug."""

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from screen.models import Drugs
from screen.models.pair_gp.gp_members import drug_rows
from screen.models.scoring import prepare
from screen.records import Floats


class Model(Protocol):
    """What is needed of a model bundle."""

    @property
    def manifest(self) -> Mapping[str, Any]: ...

    @property
    def tensors(self) -> Mapping[str, NDArray[Any]]: ...


def drug_inputs(model: Model, drugs: Drugs) -> Floats:
    """A row a drug: its prepared embedding for networks, its kernels to the drugs of training for a process."""
    if model.manifest.get("kind") == "process":
        return drug_rows(model.manifest, model.tensors, drugs)
    return prepare(drugs.vectors, model.tensors)
