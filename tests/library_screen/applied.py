"""A model of each kind and patients to screen a library for."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from screen import chem, tasks
from screen.library_screen import PatientsToScreen, ScreenRequest
from screen.models.bundle import Bundle
from screen.models.encoder.drug_encoder import packaged
from screen.models.pair_gp.gp_model import NAME
from screen.nn.dsn import Encoder
from screen.nn.head import PairHead, PairModel
from screen.records import Library
from tests.models.planted import DRUGS, GENES, planted, trained

KINDS = ("pairs", "process")
MEMBERS = 3
ALCOHOLS = ["C" * n + end for n in range(1, 16) for end in ("O", "N", "C(=O)O", "c1ccccc1", "CF", "OC", "S", "C#N")]


def applicants(kind: str, people: int = 7) -> PatientsToScreen:
    """Patients whose scores are of no use but as good as any other."""
    scaled = np.random.default_rng(1).normal(size=(people, len(GENES))).astype(np.float32)
    bundle = {"pairs": networks, "process": process}[kind]()
    return PatientsToScreen(
        "BRCA", bundle, packaged(), tuple(f"P{i}" for i in range(people)), scaled, {"P99": "no profile"}
    )


@lru_cache
def networks() -> Bundle:
    """Networks that have learned nothing."""
    vectors = packaged().embed(ALCOHOLS[:20])
    tensors = {"drug_centre": vectors.mean(axis=0), "drug_spread": vectors.std(axis=0) + 0.1}
    for i in range(MEMBERS):
        torch.manual_seed(i)
        member = PairModel(Encoder(len(GENES), (16, 8), 8, 0.0), PairHead(8, 300, 0.0))
        tensors |= {f"member.{i}.{name}": weight.numpy() for name, weight in member.state_dict().items()}
        tensors[f"member.{i}.calibration"] = np.array([-2.0, 0.5], np.float32)
    network = {"hidden": [16, 8], "code": 8, "drug": 300}
    return Bundle({"name": "dsn-adv", "members": MEMBERS, "network": network}, tensors)


@lru_cache
def process() -> Bundle:
    """A process that has learned the planted mechanism from :func:`known`."""
    drugs = known()
    with TemporaryDirectory() as work:
        return trained(Path(work), replace(planted()[0], library=drugs), packaged().embed(drugs.smiles), model=NAME)


def known() -> Library:
    """The drugs of training, with targets and pathways."""
    return drugs_of(ALCOHOLS[:DRUGS], ("A", "B", ""))


def drugs_of(smiles: Sequence[str], labels: Sequence[str]) -> Library:
    """Drugs with these labels in turn, as target and as pathway."""
    predicted = [labels[i % len(labels)] for i in range(len(smiles))]
    molecules = [chem.standardise(one) for one in smiles]
    return Library(
        tuple(one.drug_id for one in molecules),
        tuple(smiles),
        tuple(one.smiles for one in molecules),
        tuple(frozenset([label] if label else []) for label in predicted),
        tuple(predicted),
    )


def requests(library: Path, out: Path, shard: int = 25) -> ScreenRequest:
    """A screen in pieces of so many."""
    return ScreenRequest(library, shard, out, 0.05, 1, "cpu", tasks.LOCAL)
