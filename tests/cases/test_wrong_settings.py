"""Every wrong setting: one error with file, setting, value and what is allowed, exit code 2, nothing done.

From the command line, from a file in Python, and where a record is built or changed in Python.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from screen.errors import InputError
from screen.organoid import Request
from screen.settings import Cluster, Ranking, Settings, Training, read_settings
from screen.untrusted_text import visible
from tests.command import crescreen

# text of the file, the setting named, the value named
FILES: tuple[tuple[str, str, str], ...] = (
    # met in a review: silently wrong, or a traceback
    ("[ranking]\nefficient_fraction = 2.0", "ranking.efficient_fraction", "2.0"),
    ('[ranking]\nlibrary = "luck"', "ranking.library", '"luck"'),
    ('device = "gpu"', "device", '"gpu"'),
    ('[ranking]\nefficient_fraction = "five"', "ranking.efficient_fraction", '"five"'),
    ("[ranking]\nefficient_fraction = -1", "ranking.efficient_fraction", "-1"),
    ('[ranking]\nindication_drugs = "ten"', "ranking.indication_drugs", '"ten"'),
    ('[ranking]\nlibrary = "everything"', "ranking.library", '"everything"'),
    ("store = 5", "store", "5"),
    ('[training]\nfolds = "five"', "training.folds", '"five"'),
    ('[ranking]\nexcluded_drugs = "Gemcitabine"', "ranking.excluded_drugs", '"Gemcitabine"'),
    ('[ranking]\ncompounds = "Clinical"', "ranking.compounds", '"Clinical"'),
    ('[ranking]\ncompounds = "approved"', "ranking.compounds", '"approved"'),
    ('[training]\nhead = "both"', "training.head", '"both"'),
    ('device = "abacus"', "device", '"abacus"'),
    ('[cluster]\nkind = "k8s"', "cluster.kind", '"k8s"'),
    ('seed = "x"', "seed", '"x"'),
    ("workers = -1", "workers", "-1"),
    ("[ranking]\ngene_coverage_floor = nan", "ranking.gene_coverage_floor", "nan"),
    ("[ranking]\nefficient_fraction = 0", "ranking.efficient_fraction", "0"),
    ("[ranking]\nefficient_fraction = nan", "ranking.efficient_fraction", "nan"),
    ("[ranking]\nefficient_fraction = inf", "ranking.efficient_fraction", "inf"),
    ("[ranking]\nefficient_fraction = true", "ranking.efficient_fraction", "true"),
    ("[ranking]\nindication_drugs = 0", "ranking.indication_drugs", "0"),
    ("[ranking]\npotency_floor = 1.0", "ranking.potency_floor", "1.0"),
    ("[ranking]\nselective_floor = -0.1", "ranking.selective_floor", "-0.1"),
    ("[ranking]\nindication_drugs = -5", "ranking.indication_drugs", "-5"),
    ('[training]\nfolds = "5"', "training.folds", '"5"'),
    (f"seed = {'9' * 40}", "seed", "9" * 40),
    (f"seed = {'9' * 5000}", "TOML", "4300 digits"),
    (f"seed = {'[' * 3000}{']' * 3000}", "TOML", "nested too deeply"),
    # others
    ("seed = -1", "seed", "-1"),
    ("seed = 1.5", "seed", "1.5"),
    ("seed = true", "seed", "true"),
    ("seed = 1979-05-27", "seed", "1979"),
    ('store = ""', "store", '""'),
    ('store = ["a.duckdb"]', "store", "a.duckdb"),
    ('store = "a\\u0000b"', "store", "a"),
    ("workers = 100000", "workers", "100000"),
    ("workers = 2.0", "workers", "2.0"),
    ('device = ["cpu"]', "device", "cpu"),
    ("training = 5", "training", "5"),
    ('ranking = "strict"', "ranking", "strict"),
    ("cluster = []", "cluster", "[]"),
    ("[training]\nfolds = 1", "training.folds", "1"),
    ("[training]\nfolds = 51", "training.folds", "51"),
    ("[training]\nseeds = 0", "training.seeds", "0"),
    ("[training]\nhidden = 512", "training.hidden", "512"),
    ("[training]\nhidden = [512]", "training.hidden", "512"),
    ("[training]\nhidden = [512, 256, 128]", "training.hidden", "128"),
    ("[training]\nhidden = [512, 0]", "training.hidden[1]", "0"),
    ("[training]\ncode = 0", "training.code", "0"),
    ('[training]\nalign_with = "some"', "training.align_with", '"some"'),
    ("[training]\nalign_epochs = -1", "training.align_epochs", "-1"),
    ("[training]\northogonality = -0.1", "training.orthogonality", "-0.1"),
    ("[training]\nadversarial_rate = 0.0", "training.adversarial_rate", "0.0"),
    ("[training]\ncritic_steps = 0", "training.critic_steps", "0"),
    ("[training]\ngradient_penalty = inf", "training.gradient_penalty", "inf"),
    ("[training]\ngene_dropout = 1.0", "training.gene_dropout", "1.0"),
    ("[training]\ndropout = -0.5", "training.dropout", "-0.5"),
    ("[training]\naverage = 1", "training.average", "1"),
    ("[training]\ntune_epochs = 0", "training.tune_epochs", "0"),
    ("[training]\nencoder_rate = 1e99", "training.encoder_rate", "1e+99"),
    ("[training]\npatience = 2.5", "training.patience", "2.5"),
    ("[training]\nmodel = 3", "training.model", "3"),
    ('[training]\nmodel = ""', "training.model", '""'),
    ("[training]\ndataset = false", "training.dataset", "false"),
    ("[ranking]\ngene_coverage_floor = 80", "ranking.gene_coverage_floor", "80"),
    ("[ranking]\nexcluded_drugs = [1]", "ranking.excluded_drugs[0]", "1"),
    ('[ranking]\nexcluded_drugs = ["Gemcitabine", ""]', "ranking.excluded_drugs[1]", '""'),
    ("[cluster]\nminutes = 0", "cluster.minutes", "0"),
    ("[cluster]\ncores = -2", "cluster.cores", "-2"),
    ("[cluster]\nmemory_gib = 0.5", "cluster.memory_gib", "0.5"),
    ('[cluster]\noptions = "account=lab"', "cluster.options", '"account=lab"'),
    ('[cluster]\noptions = ["account"]', "cluster.options[0]", '"account"'),
    ('[cluster]\npartition = "a; reboot"', "cluster.partition", "reboot"),
    # names
    ("sede = 1", "sede", "known here"),
    ("[ranking]\nefficient = 0.1", "ranking.efficient", "known here"),
    ("[rankings]\nefficient_fraction = 0.1", "rankings", "known here"),
    ("[training.hidden]\nfirst = 1", "training.hidden", "first"),
    # no TOML
    ("efficient_fraction: 0.1", "TOML", "line 1"),
    ("seed = ", "TOML", "Invalid value"),
)

PYTHON: tuple[tuple[Any, dict[str, Any], str], ...] = (
    (Settings, {"device": "gpu"}, "device"),
    (Settings, {"workers": "2"}, "workers"),
    (Settings, {"training": {"folds": 3}}, "training"),
    (Settings, {"nonsense": 1}, "nonsense"),
    (Training, {"hidden": [512, 256]}, "training.hidden"),
    (Training, {"weight_decay": float("nan")}, "training.weight_decay"),
    (Ranking, {"efficient_fraction": True}, "ranking.efficient_fraction"),
    (Ranking, {"excluded_drugs": "Gemcitabine"}, "ranking.excluded_drugs"),
    (Cluster, {"memory_gib": 8.0}, "cluster.memory_gib"),
    (Request, {"drugs": "16"}, "--drugs"),
    (Request, {"stock_mM": float("inf")}, "--stock-mM"),
    (Request, {"doses": "0.2,2"}, "--doses"),
    (Request, {"dmso_limit_pct": 0.0}, "--dmso-limit-pct"),
    (Request, {"seed": -1}, "--seed"),
)


@pytest.mark.parametrize(("text", "setting", "value"), FILES, ids=[text[:60] for text, *_ in FILES])
def test_a_file_is_refused_from_the_command_line(text: str, setting: str, value: str, tmp_path: Path) -> None:
    file, out = tmp_path / "lab.toml", tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    outcome = crescreen("--settings", str(file), "export", "edp", "--out", str(out))
    assert outcome.code == 2, outcome
    assert outcome.err.startswith(f"error: {file}: ")
    assert outcome.err.count("error:") == 1
    assert "Traceback" not in outcome.err
    assert setting in outcome.err
    assert value in outcome.err
    assert "\n  -> " in outcome.err
    assert not out.exists()
    with pytest.raises(InputError) as refused:
        read_settings(file)
    assert f"error: {visible(str(refused.value))}\n" == outcome.err


@pytest.mark.parametrize(("record", "fields", "setting"), PYTHON)
def test_a_record_is_refused_in_python(record: Any, fields: dict[str, Any], setting: str) -> None:
    with pytest.raises(InputError) as built:
        record(**fields)
    assert setting in str(built.value)
    with pytest.raises((InputError, TypeError)):  # an unknown name is Python's own error here
        replace(record(), **fields)


def test_a_changed_copy_is_checked_too() -> None:
    with pytest.raises(InputError, match=r"training\.seeds = 0"):
        Settings().changed(seeds=0)
    with pytest.raises(InputError, match=r'cluster\.kind = "k8s"'):
        Settings().changed(cluster="k8s")  # type: ignore[arg-type]
    with pytest.raises(InputError, match='device = "gpu"'):
        Settings().changed(device="gpu")


@pytest.mark.parametrize("words", [("demo", "--seed", "-1"), ("organoid", "plan", "BRCA", "--plate", "48")])
def test_an_option_out_of_range_is_refused_as_a_setting_is(words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = crescreen(*words, "--out", str(tmp_path / "out"))
    assert outcome.code == 2
    assert outcome.err.count("error:") == 1
    assert words[-1] in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["a folder", "missing.toml", "latin.toml"])
def test_a_file_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "latin.toml").write_bytes('store = "f\xfcr.duckdb"'.encode("latin-1"))
    outcome = crescreen("--settings", str(tmp_path / name), "status")
    assert outcome.code == 2
    assert outcome.err.count("error:") == 1
    assert name in outcome.err
