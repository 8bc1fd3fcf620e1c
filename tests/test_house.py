"""The house around the code: locked versions, the licence, the image, the wheel."""

import json
import re
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from screen import __version__
from tests.words import SENTENCES, private_words

ROOT = Path(__file__).parents[1]
LOCKED = {
    canonicalize_name(name): version
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
}


def needed(extra: str) -> set[str]:
    """Every package crescreen needs with an extra, transitively, as installed here."""
    found: set[str] = set()
    waiting = [Requirement(f"crescreen[{extra}]")]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if (key := f"{name}[{','.join(sorted(wanted.extras))}]") in found:
            continue
        found |= {key, name}
        for text in distribution(name).requires or []:
            requirement = Requirement(text)
            if _applies(requirement, wanted.extras):
                waiting.append(requirement)
    return {name for name in found if "[" not in name} - {"crescreen"}


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""})


def test_every_version_is_locked_and_is_the_one_installed() -> None:
    installed = {name: Distribution.from_name(name).version.split("+")[0] for name in needed("dev")}
    assert {name: version for name, version in installed.items() if LOCKED.get(name) != version} == {}


def test_every_locked_archive_has_its_hash() -> None:
    text = (ROOT / "constraints.sha256").read_text(encoding="utf-8")
    rows = re.findall(r"^[0-9a-f]{64}  (\S+?)-(\d[^-\s]*?)(?:-\S+\.whl|\.tar\.gz)$", text, re.MULTILINE)
    archives = {canonicalize_name(name): version for name, version in rows}
    without = {name for name in LOCKED if name == "torch" or name.startswith(("nvidia-", "cuda-"))}
    wrong = {name: version for name, version in LOCKED.items() if archives.get(name) != version}
    assert wrong.keys() <= without


def test_an_archive_of_another_hash_is_refused(tmp_path: Path) -> None:
    name = "duckdb-1.0-py3-none-any.whl"
    row = (ROOT / "constraints.sha256").read_text(encoding="utf-8").splitlines()[1].split("  ")[1]
    archives = [
        {
            "metadata": {"name": "x"},
            "download_info": {"url": f"https://x/{n}", "archive_info": {"hashes": {"sha256": "0" * 64}}},
        }
        for n in (row, name)
    ]
    (tmp_path / "report.json").write_text(json.dumps({"install": archives}), encoding="utf-8")
    words = [sys.executable, str(ROOT / ".ci" / "hashes.py"), "check", str(tmp_path / "report.json")]
    done = subprocess.run(words, text=True, capture_output=True)
    assert done.returncode == 1
    assert row in done.stderr
    assert f"{name}: not among those tested" in done.stderr


def test_the_version_is_the_same_everywhere() -> None:
    assert distribution("crescreen").version == __version__
    assert f"[{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == __version__
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    tags = {service["image"].partition(":")[2] for service in services.values()}
    assert tags == {__version__, f"{__version__}-cuda"}


def test_the_licence_is_the_one_named() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_image_is_built_from_debian_and_its_own_stages() -> None:
    text = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^ARG BASE=(\S+?)(?:@sha256:[0-9a-f]{64})?$", text, re.MULTILINE) == [
        "docker.io/library/debian:bookworm-slim"
    ]
    known = {"$BASE"}
    for base, name in re.findall(r"^FROM (\S+) AS (\w+)$", text, re.MULTILINE):
        assert base in known
        known.add(name)
    assert re.findall(r"^USER (\d+):\d+$", text, re.MULTILINE) == ["10001"]


def test_the_image_takes_nothing_but_the_source() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule for rule in rules if rule.startswith("!")}.isdisjoint({"!reports", "!.git", "!tests"})


def test_compose_locks_the_container() -> None:
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for service in services.values():
        assert service["read_only"]
        assert service["network_mode"] == "none"
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert services["crescreen-gpu"]["profiles"] == ["gpu"]


def test_tests_and_code_name_no_place_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True).stdout.split()
    place = re.compile("|".join(f"/{folder}/[a-z.]" for folder in ("work", "root", "home")))
    kinds = {".py", ".md", ".toml", ".yaml", ".sql", ".txt", ""}
    files = [ROOT / name for name in listed if Path(name).suffix in kinds and (ROOT / name).is_file()]
    assert [p.name for p in files if place.search(p.read_text(encoding="utf-8", errors="replace"))] == []


@pytest.mark.slow
def test_a_wheel_carries_schema_and_templates(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("crescreen-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    code = (
        "from screen import resources\n"
        "assert 'site' in resources.__file__\n"
        "print(*(sum(1 for f in resources.folder(n).rglob('*') if f.is_file()) for n in ('db', 'templates')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        text=True,
        capture_output=True,
        check=True,
    )
    source = [sum(1 for f in (ROOT / n).rglob("*") if f.is_file()) for n in ("db", "templates")]
    assert [int(n) for n in done.stdout.split()] == source


def test_words_of_a_private_language_stay_out() -> None:
    folders = ["screen", "tests", "templates", "docs", "db"]
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, text=True, capture_output=True, check=True)
    lines = (ROOT / "tests" / "words_left.txt").read_text(encoding="utf-8").splitlines()
    left = {name: words.split() for name, words in (line.split(": ") for line in lines)}
    paths = [
        ROOT / name for name in listed.stdout.split() if Path(name).suffix in SENTENCES and name != "tests/words.py"
    ]
    found = {path.relative_to(ROOT).as_posix(): private_words(path) for path in paths if path.is_file()}
    more = {name: [one for one in words if one.split()[1] not in left.get(name, [])] for name, words in found.items()}
    assert {name: words for name, words in more.items() if words} == {}
