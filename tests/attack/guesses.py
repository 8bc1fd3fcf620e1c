"""A million guesses of an erased patient's id against everything that is left of the store.

``python -m tests.attack.guesses --count 1000000``
"""

import argparse
import hashlib
import hmac
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from screen import pipeline
from screen.settings import Settings
from screen.store import erasure, tombstones
from screen.synthetic import write_cohort

PATIENT = "SYN-STAD-001"


def guesses(count: int) -> Iterator[str]:
    """So many ids, the right one among them, each as it may be spelt."""
    yield PATIENT
    yield from (f"SYN-{code}-{number:06d}" for code in ("STAD", "BRCA") for number in range(count // 4))
    yield from (f"TCGA-{number // 10000:02X}-{number % 10000:04d}" for number in range(count // 2))


def digests(name: str) -> Iterator[str]:
    """What an attacker without the key would compute."""
    for spelling in {name, name.lower(), re.sub(r"[^a-z0-9]", "", name.lower()), name.replace("-", ".")}:
        raw = spelling.encode()
        yield spelling
        yield hashlib.sha256(raw).hexdigest()
        yield hashlib.blake2b(raw, digest_size=32).hexdigest()
        yield hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        yield hashlib.md5(raw, usedforsecurity=False).hexdigest()
        yield hmac.new(b"", raw, "sha256").hexdigest()


def left_of(folder: Path) -> tuple[bytes, set[str]]:
    """All bytes beside the key, and every run of hex digits in them."""
    files = [path for path in folder.rglob("*") if path.is_file() and path != tombstones.key_file(folder / "s.duckdb")]
    content = b"".join(path.read_bytes() for path in files)
    return content, {hit.decode() for hit in re.findall(rb"[0-9a-f]{16,128}", content)}


def attack(home: Path, count: int) -> list[str]:
    """Guesses that what is left answers."""
    settings = Settings(store=home / "store" / "s.duckdb")
    pipeline.init(settings)
    for file in write_cohort(home / "input").files:
        pipeline.ingest(settings, [file.path], file.options)
    erasure.forget(settings, PATIENT)
    content, hexes = left_of(settings.store.parent)
    prefixes = {one[:16] for one in hexes}
    if PATIENT.encode() in content:
        return ["the id itself is left"]
    return [
        name
        for name in guesses(count)
        if any(digest in hexes or (len(digest) >= 32 and digest[:16] in prefixes) for digest in digests(name))
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = attack(Path(home), words.count)
    print(f"{words.count} guesses: {len(found)} answered", *found[:5])
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
