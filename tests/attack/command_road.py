"""Every command there is, in the order in which a study would give them, each with the folder before it."""

from collections.abc import Callable, Collection
from pathlib import Path

from screen import pipeline
from screen.settings import Settings
from screen.store import open_store
from screen.store.plans import load_plan
from screen.synthetic import write_cohort
from screen.synthetic.returned_plates import write_plates
from tests.attack.commands import PATIENT, Command, End, Runner, fresh, state, write_end, written_end
from tests.attack.extra_inputs import DRUG, write_extra_inputs
from tests.mechanism.perturbed import wells, write_gctx, write_sets

Words = Callable[[Path], list[str]]
Steps = list[tuple[str, Words]]
NOT_THERE = ("view", "dock")
"""Commands that no step is of: ``view`` reads alone, and ends by an interrupt; ``dock`` writes pose by pose into a
folder, for minutes, and a store in one transaction at its end."""
LAB, _ORGANOID, _SIGNAL = "north", "ORGANOID-1", "P1"


def road(home: Path, runner: Runner, until: str = "", through: Collection[str] = ()) -> list[Command]:
    """Walk the road on a small cohort; each step with the folder before it, and how it ended.

    Where the folder holds a part of the road already, it is walked on from there.

    Parameters
    ----------
    until : the last step, which is not taken itself; '': all
    through : steps that are taken; none: every one
    """
    now, steps = home / "now", _steps(home)
    found = [Command(name, words, home / f"before-{number:02d}") for number, (name, words) in enumerate(steps)]
    found = found[: 1 + [name for name, _ in steps].index(until)] if until else found
    found = [command for command in found if not through or command.name in through]
    if not now.exists():
        (now / "out").mkdir(parents=True)
        pipeline.init(Settings(store=now / "store.duckdb"))
    for command in found:
        if written_end(command) or (command.name == "init" and command.before.exists()):
            continue
        if command.before.exists():  # it was begun and did not end
            fresh(command.before, now)
        fresh(now, command.before)
        if command.name == "init":
            _make_older(command.before / "store.duckdb")
        if command.name == "results add":
            _return_plates(now, home / "plates")
        if command.name not in ("init", until):  # the first finds an older store than the road has
            _walk(command, runner, now)
    return found


def _walk(command: Command, runner: Runner, now: Path) -> None:
    code, log, seconds = runner.finish(command, now)
    if code:
        raise AssertionError(f"{command.name} ended with {code}: {log}")
    write_end(command, End(state(now), seconds))
    print(f"{command.name}: {seconds:.1f} s of processor", flush=True)


def _steps(home: Path) -> Steps:
    return [
        *_to_a_ranking(home / "input"),
        *_of_a_library(home),
        *_of_single_cells(home),
        *_of_markers(),
        *_of_reports(),
        *_of_plates(home / "plates"),
        *_of_mechanism(home / "perturbed"),
        *_of_the_store(),
    ]


def every_command(home: Path) -> list[list[str]]:
    """The first words of each step."""
    of_a_store = {"results add": ["results", "add"], "results remove": ["results", "remove"]}
    return [of_a_store[name] if name in of_a_store else words(home)[:2] for name, words in _steps(home)]


def last_folder_before(home: Path, runner: Runner, step: str) -> Path:
    """The folder as it is before a step."""
    return road(home, runner, step)[-1].before


def _to_a_ranking(given: Path) -> Steps:
    cohort = write_cohort(given)
    extra = write_extra_inputs(given, PATIENT)
    files = [str(file.path) for file in cohort.files]
    corrected = ["ingest", str(extra.corrected), "--replace", "synthetic_clinical.csv"]
    return [
        ("ingest", lambda _: ["ingest", *files, "--unit", "log2tpm1"]),
        ("ingest tables", lambda _: ["ingest", *map(str, extra.tables)]),
        ("ingest replace", lambda _: corrected),
        ("ingest cells", lambda _: ["ingest", str(extra.cells), "--indication", "STAD", "--dataset", "cells"]),
        ("evaluate", lambda _: ["evaluate", "lines", "--models", "drug-mean,ridge"]),
        ("evaluate patients", lambda _: ["evaluate", "patients", "--models", "drug-mean"]),
        ("train", lambda _: ["train", "STAD"]),
        ("train network", lambda _: ["train", "STAD", "--model", "dsn-adv"]),
        ("train again", lambda _: ["train", "STAD"]),
        ("rank", lambda _: ["rank", "STAD"]),
        ("rank one", lambda _: ["rank", "STAD", "--patient", PATIENT]),
    ]


def _of_a_library(home: Path) -> Steps:
    library = home / "some.smi"
    library.write_text("".join(f"{'C' * (n % 20 + 1)}O d{n}\n" for n in range(60)))
    screen = ["rank", "STAD", "--library", str(library), "--shard", "10", "--device", "cpu"]
    return [
        ("library", lambda at: [*screen, "--out", str(at / "out" / "library")]),
        ("part", lambda at: [*screen, "--out", str(at / "out" / "parts"), "--part", "1/1"]),
        ("gather", lambda at: ["gather", str(at / "out" / "parts")]),
    ]


def _of_single_cells(home: Path) -> Steps:
    file, of_cells = str(home / "input" / "cells.h5ad"), ["trametinib", "--patient", PATIENT]
    simulate = ["cells", "simulate", "--like", file, "--depth", "5000", "--count", "3", "--cells", "40"]
    measured = ["evaluate", "cells", "--drug", *of_cells, "--labels", "clone=clone A", "--cell-seeds", "2"]
    return [
        ("cells list", lambda _: ["cells", "list"]),
        ("cells clusters", lambda _: ["cells", "clusters", PATIENT]),
        (
            "cells clones",
            lambda at: ["cells", "clones", PATIENT, "--format", "html,json", "--out", str(at / "out" / "cells")],
        ),
        ("cells annotate", lambda at: ["cells", "annotate", file, "--out", str(at / "out" / "clones.h5ad")]),
        ("cells simulate", lambda at: [*simulate, "--out", str(at / "out" / "simulated.h5ad")]),
        ("cells recovery", lambda _: ["cells", "recovery", PATIENT, "--truth", "clone"]),
        ("cells train", lambda _: ["cells", "train", *of_cells, "--model", "scdeal", "--epochs", "2"]),
        ("cells score", lambda _: ["cells", "score", *of_cells]),
        ("cells explain", lambda _: ["cells", "explain", *of_cells]),
        ("cells pictures", lambda at: ["cells", "pictures", PATIENT, "--out", str(at / "out" / "pictures")]),
        ("evaluate cells", lambda _: [*measured, "--models", "scdeal", "--epochs", "2"]),
    ]


def _of_markers() -> Steps:
    curve = ["survival", "STAD", "--gene", "ERBB2", "--endpoint", "PFI"]
    models = ["--models", "ridge,lineage"]
    return [
        ("biomarkers", lambda _: ["biomarkers", "STAD", "--drug", DRUG]),
        ("resistance", lambda _: ["resistance", "STAD", "--drugs", "docetaxel", *models]),
        ("evaluate resistance", lambda _: ["evaluate", "resistance", *models]),
        ("survival", lambda at: [*curve, "--out", str(at / "out" / "survival.html")]),
    ]


def _of_reports() -> Steps:
    def words(*about: str) -> Words:
        return lambda at: ["report", *about, "--out", str(at / "out" / "reports")]

    return [
        ("report patient", words("patient", PATIENT)),
        ("report all", words("patient", "--all", "STAD", "--format", "json")),
        ("report clinician", words("clinician", PATIENT)),
        ("report indication", words("indication", "STAD")),
        ("report drug", words("drug", DRUG)),
        ("report cells", words("cells", PATIENT)),
        ("report biomarkers", words("biomarkers", "STAD", "--drug", DRUG)),
        ("report resistance", words("resistance", "STAD")),
        ("report site", lambda at: ["report", "site", "STAD", "--out", str(at / "out" / "site")]),
        ("verify", lambda at: ["verify", str(at / "out" / "reports" / f"patient-{PATIENT}.json")]),
    ]


def _of_plates(folder: Path) -> Steps:
    def add(at: Path) -> list[str]:
        plan = _plan(at)
        files = map(str, sorted(folder.glob("*.txt")))
        return ["results", "add", *files, "--plan", plan, "--lab", LAB, "--organoid", f"{_ORGANOID}={PATIENT}"]

    plan = ["organoid", "plan", "STAD", "--patient", PATIENT]
    return [
        ("organoid", lambda at: [*plan, "--out", str(at / "out" / "plan")]),
        ("results add", add),
        ("results list", lambda _: ["results", "list"]),
        ("rank with results", lambda _: ["rank", "STAD", "--patient", PATIENT, "--with-results"]),
        ("organoid next", lambda at: [*plan, "--next", "--out", str(at / "out" / "next")]),
        ("report lab", lambda at: ["report", "lab", LAB, "--out", str(at / "out" / "reports")]),
        ("results remove", lambda _: ["results", "remove", _removed(folder)]),
    ]


def _of_mechanism(folder: Path) -> Steps:
    folder.mkdir(exist_ok=True)
    values, facts = wells()
    write_gctx(folder / "p.gctx", values, facts, [f"G{i:03}" for i in range(400)])
    write_sets(folder / "sets.gmt")
    (folder / "genes.txt").write_text("".join(f"G{i:03}\n" for i in range(40, 65)))
    genes, levels = ("ABCG2", "TP53", "EGFR", "KRAS", "BRAF"), "5.1,2.2,3.3,4.4,1.5"
    for name in ("tumours", "normals"):
        rows = [f"S{n},{levels}" for n in range(6)]
        (folder / f"{name}.csv").write_text("\n".join([f"sample,{','.join(genes)}", *rows]))
    tissues = ["--tumour", str(folder / "tumours.csv"), "--normal", str(folder / "normals.csv")]
    profiles = ["--profiles", str(folder / "p.gctx"), "--sets", str(folder / "sets.gmt")]
    return [
        ("enrichment", lambda _: ["enrichment", str(folder / "genes.txt"), "--sets", str(folder / "sets.gmt")]),
        ("tumour-normal", lambda _: ["tumour-normal", "ABCG2", *tissues]),
        ("signature", lambda at: ["signature", "first", *profiles, "--out", str(at / "out" / "signature")]),
    ]


def _of_the_store() -> Steps:
    return [
        ("model card", lambda at: ["evaluate", "card", "--out", str(at / "out" / "MODELS.md")]),
        ("export", lambda at: ["export", "scores", "--out", str(at / "out" / "scores.csv")]),
        ("backup", lambda at: ["backup", str(at / "out" / "copy.duckdb")]),
        ("status", lambda _: ["status"]),
        ("doctor", lambda _: ["doctor"]),
        ("sources", lambda _: ["sources"]),
        ("completion", lambda _: ["completion", "bash"]),
        ("init", lambda _: ["init"]),
        ("forget", lambda _: ["forget", PATIENT]),
        ("demo", lambda at: ["demo", "--out", str(at / "out" / "demo")]),
    ]


def _plan(at: Path) -> str:
    with open_store(at / "store.duckdb") as store:
        return str(store.scalar("SELECT plan_id FROM plans ORDER BY plan_id LIMIT 1"))


def _return_plates(at: Path, folder: Path) -> None:
    plan = _plan(at)
    with open_store(at / "store.duckdb") as store:
        made = load_plan(store, plan).wells
    write_plates(made, plan, folder)


def _removed(folder: Path) -> str:
    return next(path.name for path in sorted(folder.glob("*.txt")) if _SIGNAL in path.stem)


def _make_older(path: Path, since: int = 16) -> None:
    """The same store as a version of before would have left it: its tables of then, with their rows."""
    from screen.store.migrations import scripts

    newer = path.rename(path.with_name("newer.duckdb"))
    with open_store(newer) as store:
        there = {name: store.sql(f"FROM {name}") for name in store.sql("SHOW TABLES")["name"] if name != "migrations"}
        kinds = set(store.sql("SELECT table_name FROM duckdb_tables()")["table_name"])
    with open_store(path, create=True) as old:
        old.run("CREATE TABLE migrations (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL)")
        for script in scripts():
            number = int(script.stem[:4])
            if number < since:
                old.run(script.read_text("utf-8"))
                old.run("INSERT INTO migrations VALUES ($number, $name)", number=number, name=script.stem)
        for name in old.sql("SELECT table_name FROM duckdb_tables() WHERE NOT temporary")["table_name"]:
            if name in kinds and name in there:
                columns = old.sql(f"FROM {name} LIMIT 0").columns
                held = there[name]
                if set(columns) <= set(held.columns):
                    old.append(name, held.select(columns))
    newer.unlink()
