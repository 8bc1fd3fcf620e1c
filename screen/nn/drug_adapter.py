"""Drug vectors that are fine-tuned with the head."""

from torch import Tensor, nn

from screen.nn.layers import mlp

WIDTH = 64


class TunedDrugs(nn.Module):
    """y = head(z, d + B s(A d)), B zero at first: the pretrained vectors bend to the responses.

    The map stands for training the graph encoder itself, which would cost some hundred times a step of the head.
    """

    def __init__(self, head: nn.Module, drug: int, members: int | None = None) -> None:
        super().__init__()
        self.head = head
        self.members = members
        self.bend = mlp((drug, WIDTH, drug), members=members)
        for weight in self.bend[-1].parameters():
            nn.init.zeros_(weight)

    def forward(self, z: Tensor, d: Tensor) -> Tensor:
        """``n x code`` unit codes, ``D x drug`` vectors -> ``n x D``."""
        vectors = d if self.members is None else d.expand(self.members, *d.shape)
        value: Tensor = self.head(z, vectors + self.bend(vectors))
        return value
