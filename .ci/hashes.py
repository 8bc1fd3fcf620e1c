"""SHA-256 of what pip installed, held against constraints.sha256, or written there.

    python .ci/hashes.py check REPORT     REPORT: what pip install --report wrote
    python .ci/hashes.py record REPORT

The list holds for CPython 3.11 on Linux x86-64, where an archive that is not in it is a failure too; elsewhere those
are named. torch and what only its GPU build needs are left out: each build is another archive of the same version.
"""

import json
import platform
import sys
from pathlib import Path

LIST = Path(__file__).parents[1] / "constraints.sha256"
HEAD = "# SHA-256 of each archive tested (CPython 3.11, Linux x86-64). To renew: .ci/hashes.py record, see there.\n"
FREE = ("torch", "nvidia-", "cuda-")
"""A name and beginnings of names; torch-geometric is in the list."""


def installed(report: Path) -> dict[str, str]:
    """Archive -> its hash, from a report of pip."""
    found = {}
    for item in json.loads(report.read_text(encoding="utf-8"))["install"]:
        name, archive = item["metadata"]["name"].lower(), item["download_info"]
        if name == FREE[0] or name.startswith(FREE[1:]):
            continue
        hashes = archive.get("archive_info", {}).get("hashes", {})
        found[archive["url"].rsplit("/", 1)[-1].partition("#")[0]] = hashes.get("sha256", "")
    return found


def recorded() -> dict[str, str]:
    """Archive -> its hash, from the list."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines if not line.startswith("#"))}


def check(report: Path) -> int:
    """0, or 1 with a line for each archive that is not the one tested."""
    known, there = recorded(), installed(report)
    other = [
        f"{name}: {there[name]}, tested was {known[name]}"
        for name in there
        if known.get(name, there[name]) != there[name]
    ]
    new = [f"{name}: not among those tested" for name in there if name not in known]
    home = (platform.system(), platform.machine()) == ("Linux", "x86_64") and sys.version_info[:2] == (3, 11)
    sys.stderr.writelines(f"{line}\n" for line in other + new)
    return int(bool(other or (new and home)))


def record(report: Path) -> int:
    """Write the list anew."""
    rows = sorted(installed(report).items(), key=lambda row: row[0].lower())
    LIST.write_text(HEAD + "".join(f"{digest}  {name}\n" for name, digest in rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit({"check": check, "record": record}[sys.argv[1]](Path(sys.argv[2])))
