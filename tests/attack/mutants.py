"""Files of every reader and library format, changed by seed: no traceback, hang, abort, slid cell, changed store.

``python -m tests.attack.mutants --count 10000``. The right files are taken from the readers' tests, so a new reader is
attacked as soon as it has tests. For files of a known generator the right cells come from the generator; for all others
a change of structure alone may not give a row that the right file does not give.
"""

import argparse
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from screen.errors import ScreenError
from screen.ingest import registry
from screen.records import Batch
from tests.attack.harvest import Right, harvest
from tests.attack.library_files import LIBRARIES, read_library
from tests.attack.mutation import BYTES, SLIDES, STRUCTURE, Textual, units_mixed
from tests.attack.plate_files import PLATES, slid_cells
from tests.attack.read_rows import rows_read
from tests.attack.store_watch import Mutant, StoreWatch
from tests.ingest.made_files import FORMATS
from tests.ingest.mutations import cut_file, written

LIMIT_S = 60
MEMORY = 4 << 30
"""Bytes that a mutant may need beyond the address space of the loaded libraries."""
_DOUBT, _CUT = "values stand under the wrong headings", "the last line has no line end"
"""A slide that no reader can tell from a column that nobody filled is told of, and so is a cut within a cell."""
ELSEWHERE = LIBRARIES | PLATES
"""Right files that ``ingest`` does not read."""
STORE_EVERY = 25
"""One in so many is ingested into a store, which is compared before and after."""
CODE_FAULTS = (TypeError, AttributeError, AssertionError, NameError, KeyError, IndexError, ZeroDivisionError)


class Slow(Exception):
    """A mutant took too long."""


def mutants(rights: Sequence[Right], seeds: Sequence[int], *, structure: bool = False) -> Iterator[Mutant]:
    """The mutants of these seeds: two in five of known generators, the rest of harvested files and libraries.

    With ``structure`` only changes of structure, of all files that are tables of text.
    """
    if structure:
        rights = [right for right in rights if right.kind not in LIBRARIES and _textual(right) is not None]
    by_kind: dict[str, list[Right]] = {}
    for right in rights:
        by_kind.setdefault(right.kind, []).append(right)
    for seed in seeds:
        rng = random.Random(f"mutant {seed}")
        if seed % 5 < 2:
            yield _of_generator(seed, rng, (*STRUCTURE, units_mixed) if structure else STRUCTURE)
        else:
            right = rng.choice(by_kind[rng.choice(sorted(by_kind))])
            yield _of_right(seed, rng, right, 1.0 if structure else 0.5)


def _of_generator(seed: int, rng: random.Random, changes: Sequence[Callable[..., str]]) -> Mutant:
    form = rng.choice(FORMATS)
    table = form.make(rng)
    text = written(table, form)
    truth = form.truth(table)
    change = rng.choice(changes)
    try:
        text = change(text, rng, form)
    except (IndexError, ValueError):
        text = text[:-1]
    content = text.encode(rng.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"]))

    def slid(batch: Batch) -> list[str]:
        facts = form.facts(batch)
        return [
            f"{key}: {sorted(map(str, facts[key] - truth.get(key, set())))}"
            for key in facts
            if facts[key] - truth.get(key, set())
        ]

    return Mutant(seed, form.name, change.__name__, form.file, content, form.options, slid)


def _of_right(seed: int, rng: random.Random, right: Right, share: float) -> Mutant:
    textual = _textual(right)
    if textual is not None and rng.random() < share:
        change = rng.choice((*STRUCTURE, *SLIDES))
        text = right.content.decode("utf-8-sig").replace("\r\n", "\n")
        try:
            content = change(text, rng, textual.form()).encode()
        except (IndexError, ValueError):  # too small for this change
            content = text[:-1].encode()
        checked = change in STRUCTURE and right.kind not in ELSEWHERE
        whole = change is not cut_file
        return Mutant(
            seed,
            right.kind,
            change.__name__,
            right.name,
            content,
            right.options,
            lambda batch: _new_rows(right, batch, whole=whole) if checked else [],
        )
    name, content = "", right.content
    for byte_change in rng.sample(BYTES, rng.choice([1, 1, 2])):
        name, content = f"{name} {byte_change.__name__}".strip(), byte_change(content or b"x", rng)
    return Mutant(seed, right.kind, name, right.name, content[: 8 << 20], right.options, lambda _: [])


def _textual(right: Right) -> Textual | None:
    try:
        text = right.content.decode("utf-8-sig")
    except UnicodeError:
        return None
    lines = text.replace("\r\n", "\n").split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip() and line[0] not in "#!"), None)
    if first is None or text.lstrip()[:1] in "{[<" or len(lines) < 4:
        return None
    if any(line.count('"') % 2 for line in lines):  # a cell of several lines: a change of a line would change a cell
        return None
    delimiter = max("\t,;|", key=lines[first].count)
    if not lines[first].count(delimiter):
        return None
    return Textual(delimiter, "".join(f"{line}\n" for line in lines[:first]))


_TRUE: dict[tuple[Right, bool], set[str]] = {}


def _new_rows(right: Right, batch: Batch, whole: bool) -> list[str]:
    """Rows that the right file does not give."""
    if batch.kind != right.kind:
        return []
    if (right, whole) not in _TRUE:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "files" / right.name  # some samples are named like their folder
            path.parent.mkdir()
            path.write_bytes(right.content)
            _TRUE[right, whole] = rows_read(registry.read(path, right.options)[1], whole=whole)
    return sorted(rows_read(batch, whole=whole) - _TRUE[right, whole])


def verdict(mutant: Mutant, folder: Path) -> str:
    """What became of one: ``read``, ``refused``, or what is wrong."""
    path = folder / Path(mutant.name).name
    path.write_bytes(mutant.content)
    signal.alarm(LIMIT_S)
    try:
        if mutant.of in LIBRARIES:
            read_library(path)
            return "read"
        if mutant.of in PLATES:
            return _of_plates(mutant, path)
        batch = registry.read(path, mutant.options)[1]
        slid = mutant.slid(batch)
        word = "told" if any(_doubts(mutant) in note for note in batch.notes) else "SLID"
        return f"{word} {slid[0][:300]}" if slid else "read"
    except ScreenError as fault:
        if isinstance(fault.__cause__, CODE_FAULTS):
            return f"CODE {type(fault.__cause__).__name__}: {str(fault.__cause__)[:150]}"
        return "refused"
    except Slow:
        return "HANG"
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt):
            raise
        return f"TRACEBACK {type(fault).__name__}: {str(fault)[:200]}"
    finally:
        signal.alarm(0)
        path.unlink(missing_ok=True)


def _doubts(mutant: Mutant) -> str:
    return _CUT if mutant.change == cut_file.__name__ else _DOUBT


def _of_plates(mutant: Mutant, path: Path) -> str:
    found = slid_cells(mutant.of, path)
    checked = mutant.change in {change.__name__ for change in STRUCTURE}
    return f"SLID {found[0][:300]}" if found and checked else "read"


def _hang(_number: int, _frame: object) -> None:
    raise Slow


def work(rights: Sequence[Right], seeds: Sequence[int], *, structure: bool) -> None:
    """Try mutants and print a line for each, the seed before it is tried."""
    signal.signal(signal.SIGALRM, _hang)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "files").mkdir()
        watch = StoreWatch(home)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))
        for mutant in mutants(rights, seeds, structure=structure):
            print("TRY", mutant.seed, mutant.of, mutant.change, flush=True)
            found = verdict(mutant, home / "files")
            if found in ("read", "refused") and mutant.seed % STORE_EVERY == 3 and mutant.of not in ELSEWHERE:
                stored = watch.verdict(mutant)
                found = found if stored in ("read", "refused") else stored
            print("END", mutant.seed, found, flush=True)


def sample(seeds: Sequence[int], folder: Path) -> list[str]:
    """What is wrong with some mutants of known generators and libraries, in this process."""
    before = signal.signal(signal.SIGALRM, _hang)
    found = []
    try:
        for mutant in mutants(list(LIBRARIES.values()), seeds):
            verdict_of = verdict(mutant, folder)
            if verdict_of not in ("read", "refused"):
                found.append(f"seed {mutant.seed}, {mutant.of} {mutant.change}: {verdict_of}")
    finally:
        signal.signal(signal.SIGALRM, before)
    return found


def attack(
    count: int, folder: Path, start: int = 0, *, structure: bool = False
) -> tuple[Counter[str], dict[str, Counter[str]], list[str]]:
    """Try so many mutants in a process of their own, which is begun again where one ends or hangs it.

    Returns
    -------
    How many ended how, the same for each change, and the wrong ones.
    """
    harvest(folder)
    verdicts: Counter[str] = Counter()
    by_change: dict[str, Counter[str]] = {}
    wrong: list[str] = []
    at = start
    while at < start + count:
        command = [sys.executable, "-m", "tests.attack.mutants", "--worker", "--folder", str(folder)]
        command += ["--start", str(at), "--count", str(start + count - at), *(["--structure"] * structure)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        tried = ""
        for line in process.stdout or ():
            word, seed, rest = line.rstrip("\n").split(" ", 2)
            if word == "TRY":
                tried, at = rest, int(seed)
                continue
            at = int(seed) + 1
            verdicts[rest.split(" ")[0]] += 1
            by_change.setdefault(tried.split(" ", 1)[1], Counter())[rest.split(" ")[0]] += 1
            if rest not in ("read", "refused"):
                print(f"seed {seed}, {tried}: {rest}", flush=True)
                if not rest.startswith("told"):
                    wrong.append(f"seed {seed}, {tried}: {rest}")
        if process.wait():
            verdicts["ABORT"] += 1
            wrong.append(f"seed {at}, {tried}: ABORT with {process.returncode}")
            print(wrong[-1], flush=True)
            at += 1
    return verdicts, by_change, wrong


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "crescreen-right-files")
    parser.add_argument("--structure", action="store_true", help="only changes of structure")
    parser.add_argument("--worker", action="store_true")
    words = parser.parse_args()
    if words.worker:
        rights = [*harvest(words.folder), *ELSEWHERE.values()]
        work(rights, range(words.start, words.start + words.count), structure=words.structure)
        return
    begun = time.monotonic()
    verdicts, by_change, wrong = attack(words.count, words.folder, words.start, structure=words.structure)
    if words.structure:
        print(*(f"{change}: {dict(ends)}" for change, ends in sorted(by_change.items())), sep="\n")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(dict(verdicts), f"{time.monotonic() - begun:.0f} s, CPU {children.ru_utime + children.ru_stime:.0f} s")
    print(f"most memory {children.ru_maxrss / 2**20:.2f} GiB")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
