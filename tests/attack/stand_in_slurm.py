"""A stand-in for SLURM's commands, for arrays larger than a test could run on a real one.

``install(folder, limits)`` writes ``sbatch``, ``squeue``, ``scancel``, ``srun`` and ``scontrol`` into ``folder/bin``;
``python -m tests.attack.stand_in_slurm FOLDER`` is the node: it runs the jobs of the arrays one after another in its
own process. Every question to the queue is written down with its moment.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

COMMANDS = ("sbatch", "squeue", "scancel", "srun", "scontrol")
_COMMAND = """#!{python} -SE
import json, os, re, sys, time
from pathlib import Path

home = Path({home!r})
jobs, limits = home / "jobs", json.loads((home / "limits.json").read_text())


def records():
    found = [json.loads(path.read_text()) for path in sorted(jobs.glob("*.json"))]
    return [(one, one["size"] - len((jobs / f"{{one['id']}}.done").read_bytes())) for one in found]


def alive(one, left):
    return left > 0 and not (jobs / f"{{one['id']}}.cancelled").exists()


def sbatch(words):
    script = Path(words[-1]).read_text()
    options = dict(hit.groups() for hit in re.finditer(r"^#SBATCH --([a-z-]+)=(.*)$", script, re.M))
    array = re.match(r"0-(\\d+)", options.get("array", ""))
    size = int(array[1]) + 1 if array else 1
    if size > limits["MaxArraySize"]:
        sys.exit("sbatch: error: Batch job submission failed: Invalid job array specification")
    if size + sum(left for one, left in records() if alive(one, left)) > limits["MaxSubmitJobs"]:
        sys.exit(
            "sbatch: error: AssocMaxSubmitJobLimit\\nsbatch: error: Batch job submission failed: Job violates "
            "accounting/QOS policy (job submit limit, user's size and/or time limits)"
        )
    if options.get("partition") == "nowhere":
        sys.exit("sbatch: error: invalid partition specified: nowhere")
    folder = re.search(r"submitit.core._submit (\\S+)", script)[1]
    number = str(len(list(jobs.glob("*.json"))) + 1)
    (jobs / f"{{number}}.done").touch()
    record = {{"id": number, "size": size, "array": bool(array), "folder": folder, "name": options["job-name"]}}
    (jobs / f"{{number}}.draft").write_text(json.dumps(record))
    (jobs / f"{{number}}.draft").rename(jobs / f"{{number}}.json")
    print("Submitted batch job", number)


def squeue(words):
    with (home / "asked").open("a") as log:
        log.write(f"{{time.time()}}\\n")
    wanted = [word.split("=", 1)[1].split(",") for word in words if word.startswith("--jobs=")]
    for one, left in records():
        if alive(one, left) and (not wanted or one["id"] in wanted[0]):
            print(f"{{one['id']}}_[{{one['size'] - left}}-{{one['size'] - 1}}]" if one["array"] else one["id"])


def scancel(words):
    names = [word.split("=", 1)[1] for word in words if word.startswith("--name=")]
    for one, _ in records():
        if one["name"] in names or one["id"] in words:
            (jobs / f"{{one['id']}}.cancelled").touch()


def scontrol(words):
    if words[:2] == ["show", "config"]:
        print("".join(f"{{name:<23}} = {{value}}\\n" for name, value in limits.items()))


globals()[Path(sys.argv[0]).name](sys.argv[1:])
"""


def install(home: Path, array: int, submitted: int) -> Path:
    """Write the commands; the folder to put first on the PATH."""
    (home / "jobs").mkdir(parents=True)
    (home / "bin").mkdir()
    (home / "asked").touch()
    (home / "limits.json").write_text(json.dumps({"MaxArraySize": array, "MaxSubmitJobs": submitted}))
    for name in COMMANDS:
        file = home / "bin" / name
        file.write_text(_COMMAND.format(python=sys.executable, home=str(home)))
        file.chmod(0o755)
    return home / "bin"


def questions(home: Path) -> list[float]:
    """When the queue was asked."""
    return [float(line) for line in (home / "asked").read_text().split()]


def run_jobs(home: Path, lose: float, seed: int) -> None:
    """The node: runs whatever is submitted until a file ``stop`` is there; loses some jobs unseen."""
    rng = random.Random(seed)
    while not (home / "stop").exists():
        ran = sum(_run_some(home, path, lose, rng) for path in sorted((home / "jobs").glob("*.json")))
        if not ran:
            time.sleep(0.05)


def _run_some(home: Path, record: Path, lose: float, rng: random.Random) -> int:
    one, done = json.loads(record.read_text()), record.with_suffix(".done")
    ran = 0
    for index in range(done.stat().st_size, one["size"]):
        if record.with_suffix(".cancelled").exists() or (home / "stop").exists():
            break
        if rng.random() >= lose:
            _run_one(Path(one["folder"]), f"{one['id']}_{index}" if one["array"] else one["id"])
        with done.open("ab") as stream:
            stream.write(b".")
        ran += 1
    return ran


def _run_one(folder: Path, job: str) -> None:
    from submitit.core.utils import DelayedSubmission

    pickle = folder / f"{job}_submitted.pkl"
    for _ in range(40):  # submitit moves it there once it knows the job's number
        if pickle.exists() or not folder.exists():
            break
        time.sleep(0.05)
    try:
        DelayedSubmission.load(pickle).result()
    except Exception as fault:  # a job that fails ends, the node goes on
        print(job, type(fault).__name__, fault, file=sys.stderr)


if __name__ == "__main__":
    os.environ["SUBMITIT_EXECUTOR"] = "slurm"
    run_jobs(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
