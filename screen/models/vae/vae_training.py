"""Train a residual VAE on profiles without labels: large, small, and the small one distilled from the large.

Each epoch holds every cell line once and as many further profiles (patients, mostly), sampled by the seed, so that a
hundred tumours a line do not drown the lines. Genes that a profile lacks are 0 at the input and count nothing in the
loss. Epochs are set beforehand: no label, and no error on anything left out, stops or chooses anything.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from screen.nn.determinism import one_thread, seeded
from screen.nn.residual_vae import ResidualVae, VaeShape, distillation_loss, vae_loss
from screen.records import Floats

CODE = 64
TEACHER_WIDTH, TEACHER_BLOCKS = 512, 2
SMALL_WIDTH, SMALL_BLOCKS = 112, 1
BETA = 0.002
"""Weight of the divergence beside the mean squared error, as 1 : 500."""
DISTILLED = 0.3
"""Weight of 1 - cos(student, teacher) beside the mean squared error, about 158 : 500."""
EPOCHS = 20
_BATCH = 64
_RATE = 1e-3
_DECAY = 1e-2


@dataclass(frozen=True)
class Unlabelled:
    """Profiles that a VAE is trained on."""

    lines: Floats
    """L x g standard scores, 0 where not measured."""
    lines_measured: NDArray[np.bool_]
    """L x g."""
    further: Floats
    """P x h: other profiles over some of the genes; P may be 0."""
    further_measured: NDArray[np.bool_]
    further_columns: NDArray[np.intp]
    """Length h: which genes those are."""

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[Floats, Floats, NDArray[np.intp]]]:
        """Profiles, where they are measured (1 or 0), and their numbers: further profiles count on from L."""
        lines, further = len(self.lines), len(self.further)
        extra = lines + rng.choice(further, min(lines, further), replace=False)
        order = rng.permutation(np.concatenate([np.arange(lines), extra.astype(np.intp)]))
        for start in range(0, len(order) - 1, _BATCH):
            rows = order[start : start + _BATCH]
            if len(rows) > 1:
                yield *self.profiles(rows), rows

    def profiles(self, rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """n x g of profiles by their numbers, and where they are measured."""
        x = np.zeros((len(rows), self.lines.shape[1]), np.float32)
        there = np.zeros_like(x)
        line, other = rows < len(self.lines), rows >= len(self.lines)
        x[line], there[line] = self.lines[rows[line]], self.lines_measured[rows[line]]
        if other.any():
            places, at = np.flatnonzero(other), rows[other] - len(self.lines)
            x[np.ix_(places, self.further_columns)] = self.further[at]
            there[np.ix_(places, self.further_columns)] = self.further_measured[at]
        return x, there


def without_further(lines: Floats, measured: NDArray[np.bool_] | None = None) -> Unlabelled:
    """Lines alone."""
    nobody = np.zeros((0, 0), np.float32)
    there = np.ones(lines.shape, bool) if measured is None else measured
    return Unlabelled(lines, there, nobody, nobody.astype(bool), np.empty(0, np.intp))


def teacher_shape(inputs: int) -> VaeShape:
    """Of the large one."""
    return VaeShape(inputs, TEACHER_WIDTH, TEACHER_BLOCKS, CODE)


def small_shape(inputs: int) -> VaeShape:
    """Of the small one, trained alone or as a student."""
    return VaeShape(inputs, SMALL_WIDTH, SMALL_BLOCKS, CODE)


def train_vae(
    data: Unlabelled, shape: VaeShape, seed: int, teacher: ResidualVae | Floats | None = None, epochs: int = EPOCHS
) -> ResidualVae:
    """Fit by Adam with decoupled decay, the rate falling to 0 along a cosine.

    Parameters
    ----------
    teacher : a trained one whose codes the student's are to point along, or the codes themselves (L x code, of the
        lines alone); none: nothing is distilled
    """
    rng = np.random.default_rng(seed)
    with seeded(seed) as generator, one_thread():
        net = ResidualVae(shape)
        optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY, fused=True)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
        net.train()
        for _ in range(epochs):
            for x, there, rows in data.batches(rng):
                profiles = torch.from_numpy(x)
                found = net(profiles, torch.randn((len(x), shape.code), generator=generator))
                loss = vae_loss(found, profiles, torch.from_numpy(there), BETA)
                if teacher is not None:
                    loss = loss + _distilled(teacher, profiles, rows, found.mean, len(data.lines))
                optimiser.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            schedule.step()
        net.eval()
    return net


def _distilled(teacher: ResidualVae | Floats, x: Tensor, rows: NDArray[np.intp], student: Tensor, lines: int) -> Tensor:
    if isinstance(teacher, ResidualVae):
        with torch.no_grad():
            target = teacher.codes(x)
        return DISTILLED * distillation_loss(student, target)
    line = rows < lines
    if not line.any():
        return student.sum() * 0
    return DISTILLED * distillation_loss(student[torch.from_numpy(line)], torch.from_numpy(teacher[rows[line]]))


def codes_of(net: ResidualVae, x: Floats) -> Floats:
    """n x code of n x g standard scores, 0 where not measured."""
    with torch.inference_mode(), one_thread():
        codes: Floats = net.codes(torch.from_numpy(np.ascontiguousarray(x, np.float32))).numpy()
    return codes


def encoder_of(net: ResidualVae) -> dict[str, Floats]:
    """Name -> weights of what makes codes of profiles, the decoder left out; :func:`net_of` reads them."""
    parts = net.state_dict()
    return {name: part.numpy() for name, part in parts.items() if name.startswith(("encoder.", "mean."))}


def net_of(parts: Mapping[str, Tensor]) -> Callable[[Tensor], Tensor]:
    """From profiles (n x g) to codes (n x code) by the weights of :func:`encoder_of`, in evaluation mode.

    Gradients flow to the profiles.
    """
    width, inputs = parts["encoder.0.weight"].shape
    blocks = sum(name.endswith("linear.weight") for name in parts)
    net = ResidualVae(VaeShape(inputs, width, blocks, parts["mean.weight"].shape[0])).eval()
    net.load_state_dict(dict(parts), strict=False)
    return net.requires_grad_(False).codes
