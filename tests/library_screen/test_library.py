"""A streamed library gives what the full matrix gives, to the last bit, ties included, and again after a kill."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from math import ceil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import chem
from screen.errors import InputError
from screen.library_screen import PatientsToScreen, screen_library, screening, shard_scoring, steps
from screen.library_screen.embedding import KNOWN, drugs_of, drugs_of_frame
from screen.library_screen.merging import best
from screen.library_screen.pieces import entries, split_library
from screen.library_screen.shard_scoring import Cut
from screen.models import device
from screen.models.drug_features import features_of as known_in_store
from screen.models.scoring import drug_inputs, scorer
from screen.ranking.shortlists import rank_scores
from screen.records import Floats
from screen.tasks.cache import WorkPlace
from screen.tasks.progress import silent
from tests.library_screen.applied import ALCOHOLS, KINDS, applicants, known, requests

ROOT = Path(__file__).parents[2]


def scored(people: PatientsToScreen, drugs: pl.DataFrame) -> Floats:
    """The full matrix."""
    inputs = drug_inputs(people.bundle, drugs_of_frame(drugs))
    return scorer(people.bundle, people.scaled, "cpu").mean(inputs)


def contents(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*.parquet"))
    }


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
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("widths", [steps.WIDTHS, (0.0, float("inf"))], ids=["bracket_thresholds", "missed at first"])
def test_ten_thousand_drugs_streamed_are_those_of_the_full_matrix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, widths: tuple[float, ...], kind: str
) -> None:
    monkeypatch.setattr(steps, "WIDTHS", widths)
    monkeypatch.setattr(shard_scoring, "_DRUGS_AT_ONCE", 900)
    rng = np.random.default_rng(0)
    # A third of the drugs repeat another's structure: exact ties, across files too.
    which = np.concatenate([np.arange(6_667), rng.integers(0, 300, 3_333)])[rng.permutation(10_000)]
    vectors = rng.normal(size=(6_667, 300)).astype(np.float32)[which]
    bits = np.packbits(rng.random((6_667, 2048)) < 0.03, axis=1)[which]
    ids = np.array(sorted(f"{rng.integers(1 << 62):020d}" for _ in vectors))[rng.permutation(10_000)]
    people = applicants(kind, 40)
    files = []
    for number, rows in enumerate(np.array_split(np.arange(10_000), 4)):
        rows = rows[np.argsort(ids[rows])]
        files.append(tmp_path / f"drugs-{number}.parquet")
        pl.DataFrame(
            {
                "drug_id": ids[rows],
                "name": ids[rows],
                "smiles": ids[rows],
                "bits": pl.Series(bits[rows], dtype=pl.Array(pl.UInt8, 256)),
                "vector": pl.Series(vectors[rows], dtype=pl.Array(pl.Float32, 300)),
            }
        ).write_parquet(files[-1])
    (tmp_path / "some.smi").write_text("CCO\n")
    screen = screening.made_ready(requests(tmp_path / "some.smi", tmp_path), people)
    work = tmp_path / "work"
    embedded = steps.embedded(screen, files, work)
    cut = embedded.cut
    assert cut == Cut(10_000, ceil(10_000 * 0.05))
    shards, merged = steps._scored(embedded, WorkPlace(folder=work))
    assert len(list(work.glob("brackets-*.npy"))) == (1 if widths[0] else 2)
    drugs = pl.concat([drugs_of(file, *KNOWN) for file in files])
    ids, scores = drugs["drug_id"].to_numpy(), scored(people, drugs)
    threshold, counts = full(scores, list(ids), cut.entering)
    assert np.array_equal(merged.threshold, threshold)
    assert merged.tied.max() > 1
    found = dict(
        zip(
            np.concatenate([shard.identities()["drug_id"].to_numpy() for shard in shards]),
            np.concatenate(merged.efficient),
            strict=True,
        )
    )
    assert [found[drug] for drug in ids] == counts.tolist()
    top = best(shards, people.patient_ids, steps.TOP)
    for i, patient in enumerate(people.patient_ids):
        order = sorted(range(10_000), key=lambda j: (-scores[i, j], ids[j]))[: steps.TOP]
        assert top.filter(patient_id=patient)["drug_id"].to_list() == ids[order].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_from_a_file_of_structures_to_tables(tmp_path: Path, kind: str) -> None:
    lines = [f"{smiles} drug {n}" for n, smiles in enumerate(ALCOHOLS)]
    lines[30:30] = ["not-a-structure bad", "", "CCO again", "OCC.Cl salt"]
    library = tmp_path / "some.smi"
    library.write_text("\n".join(lines))
    people = applicants(kind)
    predicted = screen_library(requests(library, tmp_path / "out"), people, silent)
    # Ethanol stands there four times, once as a salt.
    assert (predicted.patients, predicted.unreadable, predicted.refused) == (7, 1, {"P99": "no profile"})
    assert predicted.drugs == len({chem.standardise(smiles).drug_id for smiles in ALCOHOLS})
    folder = Path(predicted.folder)
    drugs = pl.concat([pl.read_parquet(file) for file in sorted((folder / "drugs").iterdir())])
    assert drugs["drug_id"].is_unique().all()
    assert drugs["efficient_patients"].sum() == predicted.efficient * 7 == ceil(drugs.height * 0.05) * 7
    assert pl.read_parquet(folder / "unreadable.parquet")["name"].to_list() == ["bad"]
    top = pl.read_parquet(folder / "top.parquet")
    assert top.height == 7 * steps.TOP
    files = sorted((tmp_path / "out" / "work").glob("drugs-*.parquet"))
    found = drugs.join(
        pl.concat([drugs_of(file, *KNOWN) for file in files]).unique("drug_id"), on="drug_id", maintain_order="left"
    )
    threshold, counts = full(scored(people, found), drugs["drug_id"].to_list(), predicted.efficient)
    assert np.array_equal(pl.read_parquet(folder / "patients.parquet")["threshold"].to_numpy(), threshold)
    assert drugs["efficient_patients"].to_list() == counts.tolist()


def test_a_drug_of_training_gets_the_score_that_ranking_the_store_gives_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "TOP", 1000)
    library, people = tmp_path / "some.smi", applicants("process")
    # Salts of what was trained, among unseen drugs: the same drugs by identity.
    library.write_text("\n".join([*ALCOHOLS[50:], *(f"{smiles}.Cl" for smiles in reversed(known().smiles))]))
    predicted = screen_library(requests(library, tmp_path / "out", 9), people, silent)
    inputs = drug_inputs(people.bundle, known_in_store(known(), people.encoder.embed(known().smiles)))
    members = scorer(people.bundle, people.scaled, "cpu").members(inputs)
    ranked = rank_scores(members, people.patient_ids, known().drug_ids, None)
    both = pl.read_parquet(Path(predicted.folder) / "top.parquet").join(ranked, on=["patient_id", "drug_id"])
    assert both.height == 7 * len(known())
    assert both["score"].to_list() == both["score_right"].to_list()


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_of_a_shard_and_of_the_pool_change_no_figure(tmp_path: Path, kind: str) -> None:
    library = tmp_path / "some.smi"
    library.write_text("\n".join(ALCOHOLS))
    people = applicants(kind)
    tables = []
    for name, shard in (("one", 1000), ("many", 40)):
        predicted = screen_library(requests(library, tmp_path / name, shard), people, silent)
        drugs = pl.concat([pl.read_parquet(file) for file in (Path(predicted.folder) / "drugs").iterdir()])
        tables.append((drugs.sort("drug_id"), pl.read_parquet(Path(predicted.folder) / "top.parquet")))
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
    found = [entry for piece in split_library(file, 2) for entry in entries(piece)]
    assert [entry.smiles for entry in found] == ["CCO", "CCN", "CCC"]
    assert [entry.name for entry in found][:2] == ["one", "spaced name"]
    assert found[2].name.startswith("lib-")


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.txt", "CCO", "cannot be read from '.txt'"),
        ("a.smi", "", "no molecule in it"),
        ("a.smi", "what is this\n", "no molecule in it can be read"),
    ],
)
def test_a_file_that_is_no_library_is_refused(tmp_path: Path, name: str, content: str, fault: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=fault):
        screen_library(requests(tmp_path / name, tmp_path / "out"), applicants("pairs"), silent)
    with pytest.raises(InputError, match="no such file"):
        split_library(tmp_path / "none.smi", 5)


_KILLED = """
from pathlib import Path
from tests.library_screen.applied import applicants, requests
from screen.library_screen import screen_library
if __name__ == "__main__":
    folder = Path({folder!r})
    screen_library(requests(folder / "some.smi", folder / "out", 8), applicants({kind!r}), lambda *_: None)
"""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
def test_killed_in_the_middle_and_run_again_it_gives_the_same(tmp_path: Path, kind: str) -> None:
    (tmp_path / "some.smi").write_text("\n".join(ALCOHOLS))
    running = subprocess.Popen(
        [sys.executable, "-c", _KILLED.format(folder=str(tmp_path), kind=kind)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    work = tmp_path / "out" / "work"
    while running.poll() is None and len(list(work.glob("drugs-*.parquet"))) < 3:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()
    before = {file: file.stat().st_mtime_ns for file in work.glob("drugs-*.parquet")}
    assert not (tmp_path / "out" / "BRCA").exists()
    screen_library(requests(tmp_path / "some.smi", tmp_path / "out", 8), applicants(kind), silent)
    assert {file: file.stat().st_mtime_ns for file in before} == before
    screen_library(requests(tmp_path / "some.smi", tmp_path / "fresh", 8), applicants(kind), silent)
    assert contents(tmp_path / "out" / "BRCA") == contents(tmp_path / "fresh" / "BRCA")


@pytest.mark.parametrize(("there", "workers"), [(False, 16), (True, 4)])
def test_few_processes_share_a_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, workers: int) -> None:
    monkeypatch.setattr(device, "_has_gpu", lambda: there)
    monkeypatch.setattr(screening.tasks, "cores", lambda number: number or 16)
    wanted = replace(requests(tmp_path, tmp_path), workers=0, device="auto")
    (tmp_path / "some.smi").write_text("CCO\n")
    screen = screening.made_ready(replace(wanted, library=tmp_path / "some.smi"), applicants("process"))
    assert screening.scoring_place(wanted, screen, silent).workers == workers
