"""The models of the zoo, each a choice of encoder, alignment loss and the codes it is put on; none a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Composition:
    """How an encoder of expression comes about before fine-tuning."""

    network: Literal["none", "ae", "dsn"]
    """One autoencoder for both domains, or a domain separation network; none: an encoder as it was drawn."""
    loss: Literal["none", "mmd", "adv"] = "none"
    """What draws the domains together. adv: a Wasserstein critic of a separation network's codes, a discriminator of
    an autoencoder's."""
    codes: Literal["shared", "both"] = "shared"
    """What the loss is put on: the shared code, or the private code beside it (DSRN)."""

    @property
    def aligns(self) -> bool:
        """Whether a loss draws the domains together."""
        return self.loss != "none"


ZOO: Mapping[str, Composition] = {
    "none": Composition("none"),
    "ae": Composition("ae"),
    "ae-mmd": Composition("ae", "mmd"),
    "ae-adv": Composition("ae", "adv"),
    "dsn": Composition("dsn"),
    "dsn-mmd": Composition("dsn", "mmd"),
    "dsn-adv": Composition("dsn", "adv"),
    "dsrn-mmd": Composition("dsn", "mmd", "both"),
    "dsrn-adv": Composition("dsn", "adv", "both"),
}
"""``none`` is the twin without alignment of every other: the same encoder, taught by responses alone."""
