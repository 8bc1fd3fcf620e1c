"""The architectures of networks, each a choice of encoder, alignment loss and the codes it is put on; none a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Architecture:
    """How an encoder of expression comes about before fine-tuning."""

    network: Literal["none", "ae", "dsn"]
    """One autoencoder for both domains, or a domain separation network; none: an encoder with its random start."""
    loss: Literal["none", "mmd", "adv"] = "none"
    """What aligns the domains. adv: a Wasserstein critic of a separation network's codes, a discriminator of
    an autoencoder's."""
    codes: Literal["shared", "both"] = "shared"
    """What the loss is put on: the shared code, or the private code beside it (DSRN)."""

    @property
    def aligns(self) -> bool:
        """Whether a loss aligns the domains."""
        return self.loss != "none"


ARCHITECTURES: Mapping[str, Architecture] = {
    "none": Architecture("none"),
    "ae": Architecture("ae"),
    "ae-mmd": Architecture("ae", "mmd"),
    "ae-adv": Architecture("ae", "adv"),
    "dsn": Architecture("dsn"),
    "dsn-mmd": Architecture("dsn", "mmd"),
    "dsn-adv": Architecture("dsn", "adv"),
    "dsrn-mmd": Architecture("dsn", "mmd", "both"),
    "dsrn-adv": Architecture("dsn", "adv", "both"),
}
"""``none`` is the twin without alignment of every other: the same encoder, trained on responses alone."""
