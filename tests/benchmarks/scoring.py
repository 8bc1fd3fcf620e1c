"""Scores of patient-drug pairs: the compiled kernels beside eager torch, the reference's loop and BLAS, and the floor.

    python -m tests.benchmarks scoring

The floor is what the machine's own matrix product, timed in turn with the rest on as many threads, would take for the
4.35 kFLOP of a pair (the first layer split). How time grows with patients, drugs, genes and members: :mod:`growth`.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import torch

from screen.nn.dsn import Encoder
from screen.nn.head import PairHead, PairModel
from screen.records import Floats
from screen.score.device import DeviceScorer
from screen.score.pairs import PairScorer, Tensors
from screen.score.process import ProcessScorer
from screen.tasks import cores
from tests.benchmarks.table import Row, in_turn, row

FLOP = 4350
"""Of a pair: 64 sums and SELUs, 64 x 32 and 32 multiply-adds, 32 SELUs (a SELU counted as one)."""
SHAPE = {"hidden": [512, 256], "code": 128, "drug": 300}
GENES, SIDE, BATCH = 422, 1024, 256
LINES, TRAINED, KERNELS, PROCESS_MEMBERS = 388, 231, 7, 5
"""Of the default: training lines of a member, training drugs, drug kernels, members."""
RNG = np.random.default_rng(0)


def member(seed: int, genes: int = GENES) -> PairModel:
    """A model of the shape of DSN-adv with weights as they are initialised."""
    torch.manual_seed(seed)
    return PairModel(Encoder(genes, SHAPE["hidden"], 128, 0.0), PairHead(128, 300, 0.0)).eval()


def tensors(members: int, genes: int = GENES) -> list[Tensors]:
    """Weights of so many members."""
    return [{name: weight.numpy() for name, weight in member(seed, genes).state_dict().items()}
            for seed in range(members)]


def rows() -> Iterator[Row]:
    """One member and ten, beside eager torch; one member beside the reference's loop."""
    torch.set_num_threads(cores(0))
    A = RNG.normal(size=(SIDE, SIDE)).astype(np.float32)
    floor = 2 * SIDE**3 / FLOP
    for members, people, drugs in ((1, 1024, 2400), (10, 256, 2400), (10, 1200, 233)):
        X, d = rows_of(people, GENES), rows_of(drugs, 300)
        ours, eager = PairScorer(tensors(members), X), DeviceScorer(tensors(members), SHAPE, X, "cpu")
        pairs = members * people * drugs
        taken = in_turn({"ours": lambda s=ours, d=d: s.members(d), "peer": lambda s=eager, d=d: s.members(d),
                         "limit": lambda: A @ A})
        yield row(f"scores: {members} members x {people} patients x {drugs} drugs", taken, unit="pairs/s",
                  amount={"ours": pairs, "peer": pairs, "limit": floor},
                  note=f"peer: the split in eager torch; limit: GEMM at {FLOP} FLOP a pair; {cores(0)} threads")
    yield _beside_the_reference(A, floor)
    for people, drugs in ((1200, 233), (256, 4800)):
        yield _process(people, drugs, A)


def _process(people: int, drugs: int, A: Floats) -> Row:
    """The default: a pair costs kernels x training drugs multiply-adds a member."""
    fitted = [process(seed) for seed in range(PROCESS_MEMBERS)]
    X, rows_of_drugs = rows_of(people, GENES), strangers(drugs)
    ours, weights = ProcessScorer(fitted, X), RNG.normal(size=(PROCESS_MEMBERS, people, (KERNELS - 2) * TRAINED))
    plain, alike = weights.astype(np.float32), np.ascontiguousarray(rows_of_drugs[:, 2 * TRAINED:])
    pairs = PROCESS_MEMBERS * people * drugs
    taken = in_turn({"ours": lambda: ours.members(rows_of_drugs),
                     "peer": lambda: [1 / (1 + np.exp(one @ alike.T)) for one in plain],
                     "limit": lambda: A @ A})
    return row(f"process: {PROCESS_MEMBERS} members x {people} patients x {drugs} drugs", taken, unit="pairs/s",
               amount={"ours": pairs, "peer": pairs, "limit": 2 * SIDE**3 / (2 * (KERNELS - 2) * TRAINED)},
               note=f"peer: a matrix product a member and numpy's logistic, patients' weights given; limit: GEMM at "
                    f"{2 * (KERNELS - 2) * TRAINED} FLOP a pair")


def strangers(drugs: int) -> Floats:
    """Kernels of drugs that were not in training."""
    kernels = RNG.random((drugs, KERNELS, TRAINED)).astype(np.float32) / TRAINED
    kernels[:, 0], kernels[:, 1] = 1, 0
    return kernels.reshape(drugs, KERNELS * TRAINED)


def process(seed: int, genes: int = GENES) -> Mapping[str, Floats]:
    """A member of the default's shape, its numbers drawn."""
    rng = np.random.default_rng(seed)
    shapes = {"lines": (LINES, genes), "duals": (LINES, TRAINED), "products": (4, KERNELS), "means": (TRAINED,),
              "spreads": (TRAINED,), "line_width": (1,), "mean_centre": (1,), "spread_centre": (1,),
              "mean_weights": (KERNELS - 2,), "mean_alpha": (TRAINED,), "spread_weights": (KERNELS - 2,),
              "spread_alpha": (TRAINED,), "calibration": (2,)}
    return {name: (0.1 * rng.random(shape) + 0.01).astype(np.float32) for name, shape in shapes.items()}


def _beside_the_reference(A: Floats, floor: float) -> Row:
    X, d = rows_of(40, GENES), rows_of(233, 300)
    network, ours = member(0), PairScorer(tensors(1), X)
    taken = in_turn({"ours": lambda: ours.members(d), "peer": lambda: naive(network, X, d), "limit": lambda: A @ A})
    return row("scores: 1 member x 40 patients x 233 drugs", taken, unit="pairs/s",
               amount={"ours": 40 * 233, "peer": 40 * 233, "limit": floor},
               note="peer: as in the reference, every pair a row of a loader, the whole network on each")


def naive(network: PairModel, X: Floats, d: Floats) -> Floats:
    """As the published code scores: patients x drugs as rows, batches of 256, both encoders on every row."""
    pairs = torch.utils.data.TensorDataset(torch.from_numpy(np.repeat(X, len(d), axis=0)),
                                           torch.from_numpy(np.tile(d, (len(X), 1))))
    said = []
    with torch.inference_mode():
        for profile, drug in torch.utils.data.DataLoader(pairs, batch_size=BATCH):
            head = network.head
            first = head.profile_part(network.encoder(profile)) + head.drug_part(drug)
            said.append(head.last(head.between(head.hidden(head.between(first)))).sigmoid().numpy())
    return np.concatenate(said).reshape(len(X), len(d))


def rows_of(count: int, width: int) -> Floats:
    return RNG.normal(size=(count, width)).astype(np.float32)
