"""The same work on a GPU: scores, the top list of a library's screen, training; one row says so where there is none.

    python -m tests.benchmarks gpu

Limits are the GPU's own matrix products, timed in turn.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from screen.models.networks.alignment_training import Domains, align
from screen.models.networks.architectures import ARCHITECTURES
from screen.models.networks.fine_tuning import MemberData, tune
from screen.models.networks.gpu_scorer import NetworkGpuScorer
from screen.models.pair_gp.gp_gpu_scorer import GPGpuScorer
from screen.models.pair_gp.gp_scorer import GPScorer
from screen.models.threshold_filter import filter_block
from tests.benchmarks import scoring, training
from tests.benchmarks.scoring import FLOP, GENES, KERNELS, PROCESS_MEMBERS, SHAPE, TRAINED, Eager, rows_of, unseen
from tests.benchmarks.table import Row, absent, in_turn, row

SIDE = 8192
MEMBERS, PEOPLE, DRUGS = 10, 4096, 3200


def rows() -> Iterator[Row]:
    """All of it, or why not."""
    if not torch.cuda.is_available():
        yield absent("on a GPU", "none here")
        return
    yield _pairs()
    yield from _process()
    yield _filter_scores()
    yield from _training()


def _pairs() -> Row:
    X, d = rows_of(PEOPLE, GENES), rows_of(DRUGS, 300)
    ours, eager, A = NetworkGpuScorer(scoring.tensors(MEMBERS), SHAPE, X, "cuda"), Eager(MEMBERS, X, "cuda"), _square()
    half, pairs = A.half(), MEMBERS * PEOPLE * DRUGS
    taken = in_turn(
        {
            "ours": _waited(lambda: ours.mean_there(d)),
            "peer": _waited(lambda: eager.members(d)),
            "limit": _waited(lambda: half @ half),
        },
        repeats=9,
    )
    return row(
        f"GPU, scores: {MEMBERS} members x {PEOPLE} patients x {DRUGS} drugs",
        taken,
        unit="pairs/s",
        amount={"ours": pairs, "peer": pairs, "limit": 2 * SIDE**3 / FLOP},
        note=f"peer: the split in eager torch on the GPU; limit: GEMM in half precision at {FLOP} FLOP a pair",
    )


def _process() -> Iterator[Row]:
    fitted = [scoring.process(seed) for seed in range(PROCESS_MEMBERS)]
    X, drugs, A = rows_of(PEOPLE, GENES), unseen(DRUGS), _square()
    some, few = X[:512], drugs[:512]
    ours, here = GPGpuScorer(fitted, X, "cuda"), GPScorer(fitted, some)
    flop = 2 * (KERNELS - 2) * TRAINED
    taken = in_turn(
        {
            "ours": _waited(lambda: ours.mean_there(drugs)),
            "peer": lambda: here.mean(few),
            "limit": _waited(lambda: A @ A),
        }
    )
    yield row(
        f"GPU, process: {PROCESS_MEMBERS} members x {PEOPLE} patients x {DRUGS} drugs",
        taken,
        unit="pairs/s",
        amount={
            "ours": PROCESS_MEMBERS * PEOPLE * DRUGS,
            "peer": PROCESS_MEMBERS * len(some) * len(few),
            "limit": 2 * SIDE**3 / flop,
        },
        note=f"peer: ours on all cores of this CPU; limit: GEMM in single precision at {flop} FLOP a pair",
    )
    taken = in_turn({"ours": _waited(lambda: GPGpuScorer(fitted, X, "cuda")), "peer": lambda: GPScorer(fitted, some)})
    yield row(
        f"GPU, process: {PROCESS_MEMBERS} members x {PEOPLE} patients made ready",
        taken,
        unit="patients/s",
        amount={"ours": PROCESS_MEMBERS * PEOPLE, "peer": PROCESS_MEMBERS * len(some)},
        note="peer: ours on this CPU, one thread; in double precision on the GPU",
    )


def _filter_scores(top: int = 50) -> Row:
    scores = torch.rand(PEOPLE, DRUGS, device="cuda")
    brackets, some = np.tile(np.array([[0.94, 0.95]], np.float32), (PEOPLE, 1)), scores.cpu().numpy()[:512]
    taken = in_turn(
        {"ours": lambda: filter_block(scores, brackets, top), "peer": lambda: filter_block(some, brackets[:512], top)}
    )
    return row(
        f"GPU, top list of {PEOPLE} patients x {DRUGS} drugs",
        taken,
        unit="scores/s",
        amount={"ours": scores.numel(), "peer": some.size},
        note="peer: ours on this CPU, one thread",
    )


def _training(members: int = 5) -> Iterator[Row]:
    def epoch(device: str) -> Callable[[], object]:
        all_fold_data = [
            MemberData(one.X.to(device), one.auc, one.lineages, one.d.to(device))
            for one in map(training.drawn_fold_data, range(members))
        ]
        return partial(tune, training.drawn_encoder(members).to(device), all_fold_data, training.PLAN, 0)

    def aligned(device: str) -> Callable[[], object]:
        lines, patients = (
            tuple(training.normal(count, GENES, seed).to(device) for seed in range(members))
            for count in (training.LINES, training.PATIENTS)
        )
        plan = replace(training.PLAN, align_epochs=1, adversarial_epochs=1)
        return partial(align, Domains(lines, patients), ARCHITECTURES["dsn-adv"], plan, 0)

    for work, made in (("fine-tuning epoch", epoch), ("two epochs of alignment, one with a critic", aligned)):
        taken = in_turn({"ours": _waited(made("cuda")), "peer": made("cpu")})
        yield row(f"GPU, {work} of {members} members together", taken, note="peer: ours on this CPU, all cores")


def _square() -> torch.Tensor:
    return torch.randn(SIDE, SIDE, device="cuda")


def _waited(work: Callable[[], object]) -> Callable[[], None]:
    def done() -> None:
        work()
        torch.cuda.synchronize()

    return done
