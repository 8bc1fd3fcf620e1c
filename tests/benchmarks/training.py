"""How fast a member is trained: fine-tuning beside the way that lays out every pair, members together beside singly.

The peer does as DeepCRE's code does: a matrix with a row for each (cell line, drug) pair, read in batches of 256 by a
loader, the encoder run forward and backward on every row. Numbers are random; their shape is that of a real data set.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from screen.models.networks.alignment_training import Domains, align
from screen.models.networks.architectures import ARCHITECTURES
from screen.models.networks.fine_tuning import VALIDATION, MemberData, tune
from screen.nn.determinism import one_thread
from screen.nn.dsn import Critic, Encoder
from screen.nn.losses import gradient_penalty
from screen.settings import Training
from tests.benchmarks.processes import python
from tests.benchmarks.table import Row, in_turn, row

LINES, DRUGS, GENES, VECTOR, PATIENTS = 520, 231, 422, 300, 300
TRAINED = LINES - round(LINES * VALIDATION)
PAIRS = TRAINED * DRUGS
PEER_BATCH, PEER_STEPS = 256, 20
PLAN = Training(tune_epochs=1)


def rows() -> Iterator[Row]:
    """Speed and memory of an epoch, members together, and the passes with a critic; one thread each."""
    with one_thread():
        yield _epoch()
        yield _memory()
        yield _together()
        yield _critic()


def _epoch() -> Row:
    fold_data, encoder, pairs = drawn_fold_data(0), drawn_encoder(1), materialised(drawn_fold_data(0))
    steps = TRAINED // PLAN.tune_lines
    shown = steps * PLAN.tune_lines * DRUGS
    taken = in_turn(
        {
            "ours": lambda: tune(encoder, [fold_data], PLAN, 0),
            "peer": lambda: pair_by_pair(pairs, PEER_STEPS),
            "limit": lambda: _products(steps),
        }
    )
    return row(
        f"fine-tuning epoch of {PAIRS} pairs",
        taken,
        unit="pairs/s",
        amount={"ours": shown, "peer": PEER_STEPS * PEER_BATCH, "limit": shown},
        note=f"peer: every pair a row, {PEER_STEPS} of its steps; limit: the hidden layer's products alone; "
        "ours with set-up, validation and calibration",
    )


def _memory() -> Row:
    code = "from tests.benchmarks import training; training.say_memory('{}')"
    taken = {side: [float(python(code.format(side)).out) for _ in range(3)] for side in ("ours", "peer")}
    return row("memory of that epoch", taken, unit="MiB", note="most held beyond the imports, in a process of its own")


def say_memory(side: str) -> None:
    """Print the most memory held for one epoch of ``ours`` or of the peer, beyond what is held before it."""
    with one_thread():
        fold_data, encoder = drawn_fold_data(0), drawn_encoder(1)
        import_module("torch._dynamo")  # 170 MiB that any optimiser of torch loads at its first step
        before = _held("VmRSS")
        if side == "ours":
            tune(encoder, [fold_data], PLAN, 0)
        else:
            pair_by_pair(materialised(fold_data), 2)
        sys.stdout.write(f"{_held('VmHWM') - before}\n")


def _held(which: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{which}:")) / 1024


def _together(members: int = 5) -> Row:
    all_fold_data, alone, all_of_them = (
        [drawn_fold_data(i) for i in range(members)],
        drawn_encoder(1),
        drawn_encoder(members),
    )
    taken = in_turn(
        {
            "ours": lambda: tune(all_of_them, all_fold_data, PLAN, 0),
            "peer": lambda: [tune(alone, [fold_data], PLAN, 0) for fold_data in all_fold_data],
        },
        repeats=5,
    )
    return row(f"that epoch of {members} members together", taken, note="peer: ours, one member after the other")


def _critic(epochs: int = 1) -> Row:
    domains = Domains((normal(LINES, GENES, 0),), (normal(PATIENTS, GENES, 1),))
    plan = replace(PLAN, align_epochs=0, adversarial_epochs=epochs)
    critic, encoder = Critic(PLAN.code), Encoder(GENES, PLAN.hidden, PLAN.code, PLAN.dropout)

    def needless() -> None:
        align(domains, ARCHITECTURES["dsn"], replace(plan, align_epochs=epochs), 0)
        for _ in range(PLAN.critic_steps * epochs * (LINES // PLAN.align_batch)):
            _critic_step(critic, encoder, domains)

    taken = in_turn({"ours": lambda: align(domains, ARCHITECTURES["dsn-adv"], plan, 0), "peer": needless})
    return row(
        "epoch of alignment with a critic",
        taken,
        note="peer: gradients of the critic's steps taken back through the encoder and thrown away",
    )


def _critic_step(critic: Critic, encoder: Encoder, domains: Domains) -> None:
    lines, patients = (
        encoder(one[torch.randperm(len(one))[: PLAN.align_batch]]) for one in (domains.lines[0], domains.patients[0])
    )
    loss = critic(patients).mean() - critic(lines).mean()
    loss = loss + 10 * gradient_penalty(critic, lines, patients, torch.rand(PLAN.align_batch))
    loss.backward()


def materialised(fold_data: MemberData) -> TensorDataset:
    """Every training pair as a row of expression and drug vector, by way of float64 as a data frame holds it."""
    X, d = fold_data.X.numpy()[:TRAINED].astype(np.float64), fold_data.d.numpy().astype(np.float64)
    matrix = np.concatenate([np.repeat(X, DRUGS, axis=0), np.tile(d, (TRAINED, 1))], axis=1)
    profiles, drugs = (torch.from_numpy(part.astype(np.float32)) for part in (matrix[:, :GENES], matrix[:, GENES:]))
    return TensorDataset(profiles, drugs, torch.from_numpy(fold_data.auc[:TRAINED].ravel()))


def pair_by_pair(pairs: TensorDataset, steps: int) -> None:
    """Some steps of an epoch over the rows."""
    torch.manual_seed(0)
    encoder, head = _plain(GENES, *PLAN.hidden, PLAN.code), _plain(PLAN.code + VECTOR, 64, 32, 1)
    optimiser = torch.optim.AdamW([*encoder.parameters(), *head.parameters()], lr=1e-4)
    for X, d, response in islice(DataLoader(pairs, batch_size=PEER_BATCH, shuffle=True), steps):
        z = nn.functional.normalize(encoder(X), dim=1)
        output = head(torch.cat((z, nn.functional.normalize(d, dim=1)), dim=1)).squeeze(1)
        optimiser.zero_grad()
        nn.functional.mse_loss(output, response).backward()  # type: ignore[no-untyped-call]
        optimiser.step()


def _plain(*widths: int) -> nn.Sequential:
    layers = [
        layer for wide, narrow in pairwise(widths) for layer in (nn.Linear(wide, narrow), nn.SELU(), nn.Dropout(0.1))
    ]
    return nn.Sequential(*layers[:-2])


def _products(steps: int) -> None:
    """The hidden layer forward and both its gradients, nothing else."""
    first, weight = torch.randn(PLAN.tune_lines * DRUGS, 64), torch.randn(32, 64)
    back = torch.randn(PLAN.tune_lines * DRUGS, 32)
    for _ in range(steps):
        first @ weight.T
        back @ weight
        back.T @ first


def drawn_fold_data(member: int) -> MemberData:
    response = (0.7 + 0.1 * normal(LINES, DRUGS, 100 + member)).numpy()
    lineages = tuple(f"lineage {i % 20}" for i in range(LINES))
    return MemberData(normal(LINES, GENES, member), response, lineages, normal(DRUGS, VECTOR, 99))


def drawn_encoder(members: int) -> Encoder:
    torch.manual_seed(0)
    return Encoder(GENES, PLAN.hidden, PLAN.code, PLAN.dropout, members)


def normal(n: int, width: int, seed: int) -> Tensor:
    return torch.randn(n, width, generator=torch.Generator().manual_seed(seed))
