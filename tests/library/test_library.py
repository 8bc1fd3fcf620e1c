"""A streamed library gives what the full matrix gives, to the last bit, ties included, and again after a kill."""

import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from math import ceil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from screen import chem, tasks
from screen.errors import InputError
from screen.learn.bundles import Bundle
from screen.library import Applicants, Asked, screen_library, screening
from screen.library.embedding import drugs_of, vectors_of
from screen.library.merging import best, distinct
from screen.library.pieces import entries, pieces
from screen.library.sifting import Cut
from screen.models.drug_encoder import packaged
from screen.nn.dsn import Encoder
from screen.nn.head import PairHead, PairModel
from screen.progress import silent
from screen.records import Floats
from screen.score import member_scores

GENES, MEMBERS = 40, 3
ROOT = Path(__file__).parents[2]
ALCOHOLS = ["C" * n + end for n in range(1, 16) for end in ("O", "N", "C(=O)O", "c1ccccc1", "CF", "OC", "S", "C#N")]


def model(vectors: Floats) -> Bundle:
    tensors = {"drug_centre": vectors.mean(axis=0), "drug_spread": vectors.std(axis=0) + 0.1}
    for i in range(MEMBERS):
        torch.manual_seed(i)
        member = PairModel(Encoder(GENES, (16, 8), 8, 0.0), PairHead(8, 300, 0.0))
        tensors |= {f"member.{i}.{name}": weight.numpy() for name, weight in member.state_dict().items()}
        tensors[f"member.{i}.calibration"] = np.array([-2.0, 0.5], np.float32)
    network = {"hidden": [16, 8], "code": 8, "drug": 300}
    return Bundle({"name": "dsn-adv", "members": MEMBERS, "network": network}, tensors)


def applicants(people: int = 7) -> Applicants:
    rng = np.random.default_rng(1)
    scaled = rng.normal(size=(people, GENES)).astype(np.float32)
    bundle = model(packaged().embed(ALCOHOLS[:20]))
    return Applicants("BRCA", bundle, packaged(), tuple(f"P{i}" for i in range(people)), scaled, {"P99": "no profile"})


def asked(library: Path, out: Path, shard: int = 25) -> Asked:
    return Asked(library, shard, out, 0.05, 1, "cpu", tasks.LOCAL)


def contents(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.rglob("*.parquet"))}


def full(scores: Floats, ids: list[str], entering: int) -> tuple[Floats, np.ndarray]:
    """Threshold of each patient and patients of each drug, from the whole matrix, ties by identity."""
    order = np.argsort(np.array(ids))
    threshold, counts = np.empty(len(scores), np.float32), np.zeros(len(ids), int)
    for i, row in enumerate(scores):
        chosen = order[np.argsort(-row[order], kind="stable")][:entering]
        threshold[i] = row[chosen[-1]]
        counts[chosen] += 1
    return threshold, counts


@pytest.mark.slow
@pytest.mark.parametrize("widths", [screening._WIDTHS, (0.0, float("inf"))], ids=["bracketed", "missed at first"])
def test_ten_thousand_drugs_streamed_are_those_of_the_full_matrix(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, widths: tuple[float, ...]) -> None:
    monkeypatch.setattr(screening, "_WIDTHS", widths)
    rng = np.random.default_rng(0)
    # A third of the drugs repeat another's vector: exact ties, across files too.
    own = rng.normal(size=(6_667, 300)).astype(np.float32)
    vectors = np.concatenate([own, own[rng.integers(0, 300, 3_333)]])[rng.permutation(10_000)]
    ids = np.array(sorted(f"{rng.integers(1 << 62):020d}" for _ in vectors))[rng.permutation(10_000)]
    people = applicants(40)
    bundle = model(own)
    files = []
    for number, rows in enumerate(np.array_split(np.arange(10_000), 4)):
        rows = rows[np.argsort(ids[rows])]
        files.append(tmp_path / f"drugs-{number}.parquet")
        pl.DataFrame({"drug_id": ids[rows], "name": ids[rows], "smiles": ids[rows],
                      "vector": pl.Series(vectors[rows], dtype=pl.Array(pl.Float32, 300))}).write_parquet(files[-1])
    weights = screening._patients(asked(tmp_path, tmp_path), Applicants(
        "BRCA", bundle, packaged(), people.patient_ids, people.scaled, {}), tmp_path, 0)
    cut = Cut(10_000, ceil(10_000 * 0.05))
    shards, merged = screening._screen(asked(tmp_path, tmp_path), weights, files, distinct(files), cut, 40, tmp_path,
                                       silent)
    scores = member_scores(bundle, people.scaled, vectors, "cpu").mean(axis=0, dtype=np.float64).astype(np.float32)
    threshold, counts = full(scores, list(ids), cut.entering)
    assert np.array_equal(merged.threshold, threshold)
    assert merged.tied.max() > 1
    found = dict(zip(np.concatenate([shard.identities()["drug_id"].to_numpy() for shard in shards]),
                     np.concatenate(merged.efficient), strict=True))
    assert [found[drug] for drug in ids] == counts.tolist()
    top = best(shards, people.patient_ids, screening.TOP)
    for i, patient in enumerate(people.patient_ids):
        order = sorted(range(10_000), key=lambda j: (-scores[i, j], ids[j]))[:screening.TOP]
        assert top.filter(patient_id=patient)["drug_id"].to_list() == ids[order].tolist()


def test_from_a_file_of_structures_to_tables(tmp_path: Path) -> None:
    lines = [f"{smiles} drug {n}" for n, smiles in enumerate(ALCOHOLS)]
    lines[30:30] = ["not-a-structure bad", "", "CCO again", "OCC.Cl salt"]
    library = tmp_path / "some.smi"
    library.write_text("\n".join(lines))
    people = applicants()
    said = screen_library(asked(library, tmp_path / "out"), people, silent)
    # Ethanol stands there four times, once as a salt.
    assert (said.patients, said.unreadable, said.refused) == (7, 1, {"P99": "no profile"})
    assert said.drugs == len({chem.standardise(smiles).drug_id for smiles in ALCOHOLS})
    folder = Path(said.folder)
    drugs = pl.concat([pl.read_parquet(file) for file in sorted((folder / "drugs").iterdir())])
    assert drugs["drug_id"].is_unique().all()
    assert drugs["efficient_patients"].sum() == said.efficient * 7 == ceil(drugs.height * 0.05) * 7
    assert pl.read_parquet(folder / "unreadable.parquet")["name"].to_list() == ["bad"]
    top = pl.read_parquet(folder / "top.parquet")
    assert top.height == 7 * screening.TOP
    files = sorted((tmp_path / "out" / "work").glob("drugs-*.parquet"))
    vectors = {name: row for file in files for name, row in zip(drugs_of(file, "drug_id")["drug_id"], vectors_of(file),
                                                                strict=True)}
    ids = drugs["drug_id"].to_list()
    scores = member_scores(people.bundle, people.scaled, np.stack([vectors[one] for one in ids]), "cpu")
    threshold, counts = full(scores.mean(axis=0, dtype=np.float64).astype(np.float32), ids, said.efficient)
    assert np.array_equal(pl.read_parquet(folder / "patients.parquet")["threshold"].to_numpy(), threshold)
    assert drugs["efficient_patients"].to_list() == counts.tolist()


def test_the_size_of_a_shard_and_of_the_pool_change_no_figure(tmp_path: Path) -> None:
    library = tmp_path / "some.smi"
    library.write_text("\n".join(ALCOHOLS))
    people = applicants()
    tables = []
    for name, shard in (("one", 1000), ("many", 40)):
        said = screen_library(asked(library, tmp_path / name, shard), people, silent)
        drugs = pl.concat([pl.read_parquet(file) for file in (Path(said.folder) / "drugs").iterdir()])
        tables.append((drugs.sort("drug_id"), pl.read_parquet(Path(said.folder) / "top.parquet")))
    assert tables[0][0]["efficient_patients"].to_list() == tables[1][0]["efficient_patients"].to_list()
    assert tables[0][1]["drug_id"].to_list() == tables[1][1]["drug_id"].to_list()


@pytest.mark.parametrize("kind", [".smi", ".parquet", ".sdf"])
def test_each_kind_of_file_is_read_in_pieces(tmp_path: Path, kind: str) -> None:
    from rdkit import Chem

    file = tmp_path / f"lib{kind}"
    if kind == ".smi":
        file.write_text("smiles name\nCCO one\nCCN\tspaced name\nCCC\n")
    elif kind == ".parquet":
        pl.DataFrame({"id": ["one", "spaced name", None], "smiles": ["CCO", "CCN", "CCC"]}).write_parquet(file)
    else:
        with Chem.SDWriter(str(file)) as writer:
            for smiles, name in (("CCO", "one"), ("CCN", "spaced name"), ("CCC", "")):
                molecule = Chem.MolFromSmiles(smiles)
                molecule.SetProp("_Name", name)
                writer.write(molecule)
    found = [entry for piece in pieces(file, 2) for entry in entries(piece)]
    assert [entry.smiles for entry in found] == ["CCO", "CCN", "CCC"]
    assert [entry.name for entry in found][:2] == ["one", "spaced name"]
    assert found[2].name.startswith("lib-")


@pytest.mark.parametrize(("name", "content", "fault"), [
    ("a.txt", "CCO", "cannot be read from '.txt'"), ("a.smi", "", "no molecule in it"),
    ("a.smi", "what is this\n", "no molecule in it can be read")])
def test_a_file_that_is_no_library_is_refused(tmp_path: Path, name: str, content: str, fault: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=fault):
        screen_library(asked(tmp_path / name, tmp_path / "out"), applicants(), silent)
    with pytest.raises(InputError, match="no such file"):
        pieces(tmp_path / "none.smi", 5)


_KILLED = """
from pathlib import Path
from tests.library.test_library import applicants, asked
from screen.library import screen_library
if __name__ == "__main__":
    folder = Path({folder!r})
    screen_library(asked(folder / "some.smi", folder / "out", 8), applicants(), lambda *_: None)
"""


@pytest.mark.slow
def test_killed_in_the_middle_and_run_again_it_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "some.smi").write_text("\n".join(ALCOHOLS))
    running = subprocess.Popen([sys.executable, "-c", _KILLED.format(folder=str(tmp_path))], cwd=ROOT,
                               env=os.environ | {"PYTHONPATH": str(ROOT)})
    work = tmp_path / "out" / "work"
    while running.poll() is None and len(list(work.glob("drugs-*.parquet"))) < 3:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = {file: file.stat().st_mtime_ns for file in work.glob("drugs-*.parquet")}
    assert not (tmp_path / "out" / "BRCA").exists()
    screen_library(asked(tmp_path / "some.smi", tmp_path / "out", 8), applicants(), silent)
    assert {file: file.stat().st_mtime_ns for file in before} == before
    screen_library(asked(tmp_path / "some.smi", tmp_path / "fresh", 8), applicants(), silent)
    assert contents(tmp_path / "out" / "BRCA") == contents(tmp_path / "fresh" / "BRCA")
