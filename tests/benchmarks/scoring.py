"""Scores of patient-drug pairs: the compiled kernels beside eager torch, the reference's loop and BLAS, and the floor.

    python -m tests.benchmarks scoring

The floor is what the machine's own matrix product, timed in turn with the rest on as many threads, would take for the
4.35 kFLOP of a pair (the first layer split). How time grows with patients, drugs, genes and members: :mod:`growth`.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch

from screen.models.networks.pair_head_scorer import NetworkScorer
from screen.models.pair_gp.gp_scorer import GPScorer
from screen.nn.dsn import Encoder
from screen.nn.head import PairHead, PairModel
from screen.records import Floats
from screen.tasks import cores
from tests.benchmarks.table import Row, in_turn, row

FLOP = 4350
"""Of a pair: 64 sums and SELUs, 64 x 32 and 32 multiply-adds, 32 SELUs (a SELU counted as one)."""
SHAPE: Mapping[str, Any] = {"hidden": [512, 256], "code": 128, "drug": 300}
GENES, SIDE, BATCH = 422, 1024, 256
LINES, TRAINED, KERNELS, PROCESS_MEMBERS = 388, 231, 7, 5
"""Of the default: training lines of a member, training drugs, drug kernels, members."""
RNG = np.random.default_rng(0)
Stored = Mapping[str, Floats]
"""Tensors of a member by name."""
_HIDDEN_AT_ONCE = 1 << 26
"""First-layer values of a block in eager torch: 256 MiB."""


def member(seed: int, genes: int = GENES) -> PairModel:
    """A model of the shape of DSN-adv with weights as they are initialised."""
    torch.manual_seed(seed)
    return PairModel(Encoder(genes, SHAPE["hidden"], 128, 0.0), PairHead(128, 300, 0.0)).eval()


def tensors(members: int, genes: int = GENES) -> list[Stored]:
    """Weights of so many members."""
    return [
        {name: weight.numpy() for name, weight in member(seed, genes).state_dict().items()} for seed in range(members)
    ]


class Eager:
    """The split in torch, operation by operation: patients and drugs through the first layer once, pairs in blocks."""

    def __init__(self, members: int, X: Floats, device: str = "cpu") -> None:
        self._heads, self._device = [], device
        self._parts = []
        with torch.inference_mode():
            for network in (member(seed, X.shape[1]).to(device) for seed in range(members)):
                self._heads.append(network.head)
                self._parts.append(network.head.profile_part(network.encoder(torch.from_numpy(X).to(device))))

    def members(self, prepared: Floats) -> list[torch.Tensor]:
        """n x D probabilities of every member."""
        with torch.inference_mode():
            given, output = torch.from_numpy(prepared).to(self._device), []
            for head, part in zip(self._heads, self._parts, strict=True):
                drugs = head.drug_part(given)
                size = max(1, _HIDDEN_AT_ONCE // max(1, drugs.numel()))
                output.append(torch.cat([head.pairs(line, drugs) for line in torch.split(part, size)]).sigmoid())
            return output


def rows() -> Iterator[Row]:
    """One member and ten, beside eager torch; one member beside the reference's loop."""
    torch.set_num_threads(cores(0))
    A = RNG.normal(size=(SIDE, SIDE)).astype(np.float32)
    floor = 2 * SIDE**3 / FLOP
    for members, people, drugs in ((1, 1024, 2400), (10, 256, 2400), (10, 1200, 233)):
        X, d = rows_of(people, GENES), rows_of(drugs, 300)
        ours, eager = NetworkScorer(tensors(members), X), Eager(members, X)
        pairs = members * people * drugs
        taken = in_turn({"ours": partial(ours.members, d), "peer": partial(eager.members, d), "limit": lambda: A @ A})
        yield row(
            f"scores: {members} members x {people} patients x {drugs} drugs",
            taken,
            unit="pairs/s",
            amount={"ours": pairs, "peer": pairs, "limit": floor},
            note=f"peer: the split in eager torch; limit: GEMM at {FLOP} FLOP a pair; {cores(0)} threads",
        )
    yield _beside_the_reference(A, floor)
    for people, drugs in ((1200, 233), (256, 4800)):
        yield _process(people, drugs, A)
    yield _made_ready(300, A)


def _process(people: int, drugs: int, A: Floats) -> Row:
    """The default's mean, patients being ready: a pair costs kernels x training drugs multiply-adds a member."""
    fitted = [process(seed) for seed in range(PROCESS_MEMBERS)]
    ours, rows_of_drugs = GPScorer(fitted, rows_of(people, GENES)), unseen(drugs)
    weights = RNG.normal(size=(PROCESS_MEMBERS, people, (KERNELS - 2) * TRAINED)).astype(np.float32)
    similar = np.ascontiguousarray(rows_of_drugs[:, 2 * TRAINED :])
    pairs, flop = PROCESS_MEMBERS * people * drugs, 2 * (KERNELS - 2) * TRAINED
    taken = in_turn(
        {
            "ours": lambda: ours.mean(rows_of_drugs),
            "peer": lambda: np.mean([1 / (1 + np.exp(-(one @ similar.T))) for one in weights], axis=0),
            "limit": lambda: A @ A,
        },
        repeats=9,
    )
    return row(
        f"process: {PROCESS_MEMBERS} members x {people} patients x {drugs} drugs",
        taken,
        unit="pairs/s",
        amount={"ours": pairs, "peer": pairs, "limit": 2 * SIDE**3 / flop},
        note=f"peer: a matrix product a member, numpy's logistic and mean, no levels; limit: GEMM at "
        f"{flop} FLOP a pair; patients ready; {cores(0)} threads",
    )


def _made_ready(people: int, A: Floats) -> Row:
    """What comes before: each patient's similarity to the training lines, as weights of the drug kernels."""
    fitted, X = [process(seed) for seed in range(PROCESS_MEMBERS)], rows_of(people, GENES)
    flop = 2 * LINES * (GENES + 2 * TRAINED)
    taken = in_turn(
        {
            "ours": lambda: GPScorer(fitted, X),
            "peer": lambda: [_at_once(one, X) for one in fitted],
            "limit": lambda: A @ A,
        }
    )
    made = PROCESS_MEMBERS * people
    return row(
        f"process: {PROCESS_MEMBERS} members x {people} patients made ready",
        taken,
        unit="patients/s",
        amount={"ours": made, "peer": made, "limit": 2 * SIDE**3 / flop},
        note=f"peer: all patients in one product, distances taken from it: other scores by up to 8e-6, and they "
        f"depend on who comes together; limit: GEMM at {flop} FLOP; ours on one thread",
    )


def _at_once(member: Stored, X: Floats) -> Floats:
    lines, duals, products = member["lines"], member["duals"], member["products"]
    inner = X @ lines.T / np.float32(X.shape[1])
    apart = np.square(X).mean(axis=1)[:, None] + np.square(lines).mean(axis=1) - 2 * inner
    by_genes, near = inner @ duals, np.exp(-apart / member["line_width"]) @ duals
    weights: Floats = products[1][:, None] * by_genes[:, None] + products[3][:, None] * near[:, None]
    return weights


def unseen(drugs: int) -> Floats:
    """Kernels of drugs that were not in training."""
    kernels = RNG.random((drugs, KERNELS, TRAINED)).astype(np.float32) / TRAINED
    kernels[:, 0], kernels[:, 1] = 1, 0
    return np.asarray(kernels.reshape(drugs, KERNELS * TRAINED), np.float32)


def process(seed: int, genes: int = GENES) -> Stored:
    """A member of the default's shape, its numbers drawn."""
    rng = np.random.default_rng(seed)
    shapes = {
        "lines": (LINES, genes),
        "duals": (LINES, TRAINED),
        "products": (4, KERNELS),
        "means": (TRAINED,),
        "spreads": (TRAINED,),
        "line_width": (1,),
        "mean_centre": (1,),
        "spread_centre": (1,),
        "mean_weights": (KERNELS - 2,),
        "mean_alpha": (TRAINED,),
        "spread_weights": (KERNELS - 2,),
        "spread_alpha": (TRAINED,),
        "calibration": (2,),
    }
    return {name: (0.1 * rng.random(shape) + 0.01).astype(np.float32) for name, shape in shapes.items()}


def _beside_the_reference(A: Floats, floor: float) -> Row:
    X, d = rows_of(40, GENES), rows_of(233, 300)
    network, ours = member(0), NetworkScorer(tensors(1), X)
    taken = in_turn({"ours": lambda: ours.members(d), "peer": lambda: naive(network, X, d), "limit": lambda: A @ A})
    return row(
        "scores: 1 member x 40 patients x 233 drugs",
        taken,
        unit="pairs/s",
        amount={"ours": 40 * 233, "peer": 40 * 233, "limit": floor},
        note="peer: as in the reference, every pair a row of a loader, the whole network on each",
    )


def naive(network: PairModel, X: Floats, d: Floats) -> Floats:
    """As the published code scores: patients x drugs as rows, batches of 256, both encoders on every row."""
    pairs = torch.utils.data.TensorDataset(
        torch.from_numpy(np.repeat(X, len(d), axis=0)), torch.from_numpy(np.tile(d, (len(X), 1)))
    )
    output = []
    with torch.inference_mode():
        for profile, drug in torch.utils.data.DataLoader(pairs, batch_size=BATCH):
            head = network.head
            first = head.profile_part(network.encoder(profile)) + head.drug_part(drug)
            output.append(head.last(head.between(head.hidden(head.between(first)))).sigmoid().numpy())
    return np.concatenate(output).reshape(len(X), len(d))


def rows_of(count: int, width: int) -> Floats:
    return RNG.normal(size=(count, width)).astype(np.float32)
