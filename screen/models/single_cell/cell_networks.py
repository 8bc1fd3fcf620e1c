"""Networks of scDEAL and ATSDP-NET: encoders and decoders, attention over tokens of the code, the predictor."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from screen.models.single_cell.configurations import Configuration
from screen.nn.layers import Linear, mlp


class CodeEncoder(nn.Module):
    """Profile -> code: ReLU layers with dropout; of a variational one the code's mean and log variance."""

    def __init__(self, genes: int, made: Configuration) -> None:
        super().__init__()
        self.variational = made.encoder == "VAE"
        self.layers = mlp((genes, *made.hidden), made.dropout, activation=nn.ReLU)
        self.last = Linear(made.hidden[-1], made.bottleneck * (2 if self.variational else 1))

    def forward(self, x: Tensor) -> Tensor:
        """``n x genes`` -> ``n x bottleneck``; of a variational encoder the mean."""
        return self.moments(x)[0]

    def moments(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """Code, and the logarithm of its variance where there is one."""
        out = self.last(torch.relu(self.layers(x)))
        if self.variational:
            mean, log_variance = out.chunk(2, dim=-1)
            return mean, log_variance.clamp(-10.0, 10.0)
        return torch.relu(out), None


class Autoencoder(nn.Module):
    """Encoder and decoder, trained to give back what they are shown: clean, whatever noise was put on the input."""

    def __init__(self, genes: int, made: Configuration) -> None:
        super().__init__()
        self.noise = made.noise if made.encoder == "DAE" else 0.0
        self.encoder = CodeEncoder(genes, made)
        self.decoder = mlp((made.bottleneck, *reversed(made.hidden), genes), made.dropout, activation=nn.ReLU)

    def loss(self, x: Tensor) -> Tensor:
        """Mean squared error against the clean input (eqs 1 to 3); of a variational one with its divergence."""
        shown = x * (torch.rand_like(x) >= self.noise) if self.training and self.noise else x
        code, log_variance = self.encoder.moments(shown)
        if log_variance is None:
            return self._error(code, x)
        drawn = code + torch.randn_like(code) * (log_variance / 2).exp() if self.training else code
        divergence = (code.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean() / 2
        return self._error(drawn, x) + divergence / x.shape[1]

    def _error(self, code: Tensor, x: Tensor) -> Tensor:
        error: Tensor = (self.decoder(code) - x).square().mean()
        return error


class TokenAttention(nn.Module):
    """Multi-head attention over the tokens of one cell's code (eqs 4 to 9).

    The code is cut into as many tokens as there are heads, each a head wide. Attention over a code as one vector would
    be a linear map, since a softmax over one key is 1; attention across the cells of a batch would let a cell's score
    hang on its neighbours.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.token = heads, width // heads
        inner = heads * self.token
        self.query, self.key, self.value = (Linear(self.token, inner, bias=False) for _ in range(3))
        self.out = Linear(inner, self.token, bias=False)

    def forward(self, code: Tensor) -> Tensor:
        """``n x width`` -> ``n x width``."""
        tokens = code.reshape(len(code), self.heads, self.token)
        Q, K, V = (self._by_head(layer(tokens)) for layer in (self.query, self.key, self.value))
        weights = torch.softmax(Q @ K.mT / self.token**0.5, dim=-1)
        mixed = (weights @ V).transpose(1, 2).reshape(len(code), self.heads, -1)
        out: Tensor = self.out(mixed)
        return out.reshape(len(code), -1)

    def _by_head(self, x: Tensor) -> Tensor:
        return x.reshape(*x.shape[:2], self.heads, self.token).transpose(1, 2)


class CellPredictor(nn.Module):
    """Code -> logit of sensitivity; attention first where there are heads."""

    def __init__(self, made: Configuration) -> None:
        super().__init__()
        self.attention = TokenAttention(made.bottleneck, made.heads) if made.heads else nn.Identity()
        self.layers = mlp((made.bottleneck, *made.predictor, 1), made.dropout, activation=nn.ReLU)

    def forward(self, code: Tensor) -> Tensor:
        """``n x bottleneck`` -> ``n``. A logit: cross-entropy takes no sigmoid before it."""
        logit: Tensor = self.layers(self.attention(code))
        return logit.squeeze(-1)


def cluster_regulariser(codes: Tensor, clusters: Sequence[int] | Tensor) -> Tensor:
    """Mean over cells of 1 - cosine(code, mean code of its cluster), after eq 17; its gradient reaches the encoder.

    Eq 17 sums cosine similarities within clusters and eq 16 minimises the sum, which would drive the cells of a cluster
    apart; what it is for is that they stay together, so the distance stands in place of the similarity. Clusters of one
    cell say nothing.
    """
    whose = torch.as_tensor(clusters, device=codes.device)
    names, place = torch.unique(whose, return_inverse=True)
    member = torch.zeros(len(names), len(codes), device=codes.device, dtype=codes.dtype)
    member[place, torch.arange(len(codes), device=codes.device)] = 1.0
    size = member.sum(dim=1)
    centres = (member @ codes) / size[:, None]
    away = 1 - nn.functional.cosine_similarity(codes, centres[place], dim=1)
    several = (size[place] > 1).to(codes.dtype)
    return (away * several).sum() / several.sum().clamp(min=1)
