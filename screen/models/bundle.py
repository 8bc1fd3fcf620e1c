"""A trained model as it is stored: a JSON manifest and named tensors (safetensors), nothing executable, no patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screen.errors import StoreError
from screen.expression import Frame
from screen.store.stored_models import SEAL, model_id_of, seal_of

Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Bundle:
    """Everything that scoring needs, besides a patient and drug vectors."""

    manifest: dict[str, Any]
    """JSON-able; the keys are listed in :mod:`screen.training.ensemble_training`."""
    tensors: Tensors
    """``member.<i>.*`` weights, ``line_knots``, ``patient_knots`` and ``type_knots`` of the frame (a bundle without the
    last reads patients against all lines), ``drug_centre``, ``drug_spread``,
    ``reference_scores`` (K x D), ``domain_*``; where predictions are on the scale of the response ``conformal_*`` and
    ``plate_*`` (:mod:`screen.models.conditioning.stored_covariance`)."""

    @cached_property
    def model_id(self) -> str:
        """16 hex digits: of what it was made from, or of manifest and weights where that is not known."""
        return model_id_of(*self.to_bytes())

    def sealed(self) -> "Bundle":
        """With a digest of manifest and weights in the manifest, by which a changed byte is seen."""
        manifest, weights = self.to_bytes()
        return Bundle(manifest | {SEAL: seal_of(manifest, weights)}, self.tensors)

    @cached_property
    def frame(self) -> Frame:
        """The frozen frame that patients are scaled in."""
        return Frame(
            tuple(self.manifest["genes"]),
            self.manifest["unit"],
            self.tensors["line_knots"],
            self.tensors["patient_knots"],
            self.tensors.get("type_knots", self.tensors["line_knots"]),
            str(self.manifest.get("line_unit", "")),
        )

    @cached_property
    def members(self) -> tuple[Tensors, ...]:
        """The tensors of each member of the ensemble, by their names without the prefix."""
        prefixes = [f"member.{number}." for number in range(self.manifest["members"])]
        return tuple(
            {name.removeprefix(prefix): tensor for name, tensor in self.tensors.items() if name.startswith(prefix)}
            for prefix in prefixes
        )

    def to_bytes(self) -> tuple[dict[str, Any], bytes]:
        """The manifest, and the tensors as safetensors."""
        from safetensors.numpy import save

        return self.manifest, save({name: np.ascontiguousarray(self.tensors[name]) for name in sorted(self.tensors)})

    @classmethod
    def from_bytes(cls, manifest: dict[str, Any], weights: bytes) -> "Bundle":
        """A bundle from what the store holds.

        Raises
        ------
        StoreError
            The weights cannot be read.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            return cls(manifest, load(weights))
        except SafetensorError as fault:
            raise StoreError(
                f"weights of model {manifest.get('name')!r} cannot be read: {fault}",
                remedy="train it again, or restore the store from a backup",
            ) from None
