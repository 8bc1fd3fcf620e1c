"""How adding plates, and a ranking that learns from them, grow with the plates that a laboratory measured: a picture.

    python -m tests.benchmarks.lab_history STORE FOLDER     # STORE: ranked, copied; writes docs/lab_history.svg

Plates of 384 wells, 16 drugs of the store at five doses, in duplicate, one a patient; each step a process of its own,
whose processor seconds and peak memory are the system's account of it.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from screen.store import open_store
from screen.synthetic.returned_plates import write_plates
from tests.benchmarks.lab_history_picture import drawn

PLATES = (100, 300, 1000)
DRUGS, DOSES, ROW, COLUMNS = 16, (0.02, 0.1, 0.5, 2.0, 10.0), 3, 24
PICTURE = Path("docs/lab_history.svg")
Steps = dict[str, list[float]]
"""What was measured -> a value at each of PLATES."""
_CALL = """
import resource, sys
sys.argv[0] = "crescreen"
from screen.cli import main
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
used = resource.getrusage(resource.RUSAGE_SELF)
sys.stderr.write(f"\\nUSED {used.ru_utime + used.ru_stime} {used.ru_maxrss}\\n")
sys.exit(code)
"""


def wells_of(names: Sequence[str], plate: str) -> pl.DataFrame:
    """One plate's wells, as a plan has them: drugs in columns, doses in rows, vehicle and dead wells at the right."""
    rows: list[dict[str, Any]] = [
        {"plate": plate, "row_number": ROW + 2 * dose + copy, "col_number": 3 + number, "role": "test"}
        | {"treatment": name, "target_uM": DOSES[dose]}
        for number, name in enumerate(names)
        for dose in range(len(DOSES))
        for copy in (0, 1)
    ]
    controls: list[dict[str, Any]] = [
        {"plate": plate, "row_number": row, "col_number": column, "role": role, "treatment": None, "target_uM": None}
        for row in range(2, 16)
        for column, role in ((20, "vehicle"), (21, "positive"), (22, "vehicle"))
    ]
    taken = {(row["row_number"], row["col_number"]) for row in (*rows, *controls)}
    empty = [
        {"plate": plate, "row_number": row, "col_number": column, "role": "empty", "treatment": None, "target_uM": None}
        for row in range(1, 17)
        for column in range(1, COLUMNS + 1)
        if (row, column) not in taken
    ]
    return pl.DataFrame([*rows, *controls, *empty], infer_schema_length=None)


def layout(names: Sequence[str]) -> str:
    """The same as the laboratory's own layout."""
    lines = ["well,drug,dose_uM,role"]
    for row in wells_of(names, "any").iter_rows(named=True):
        well = f"{chr(64 + row['row_number'])}{row['col_number']}"
        if row["role"] in ("vehicle", "positive"):
            lines.append(f"{well},,,{row['role']}")
        elif row["role"] == "test":
            lines.append(f"{well},{row['treatment']},{row['target_uM']},")
    return "\n".join(lines) + "\n"


def make_plates(store: Path, folder: Path, count: int) -> tuple[list[Path], Path, list[str]]:
    """Files of so many patients' plates, their layout, and the patients."""
    with open_store(store) as there:
        patients = there.sql("SELECT DISTINCT patient_id FROM run_patients ORDER BY 1")["patient_id"].to_list()
        names = there.sql(
            """SELECT d.name FROM drugs d
               WHERE d.drug_id IN (SELECT drug_id FROM responses JOIN drug_keys USING (drug_key))
                 AND d.smiles IS NOT NULL AND d.name NOT LIKE '%,%' ORDER BY 1"""
        )["name"].to_list()
    names = names[:: max(1, len(names) // DRUGS)][:DRUGS]
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, patient in enumerate(patients[:count]):
        made, _ = write_plates(wells_of(names, patient), "history", folder, seed=number)
        files += made
    (folder / "layout.csv").write_text(layout(names), "utf-8")
    return files, folder / "layout.csv", patients[:count]


def used_by(*words: str, store: Path) -> tuple[float, float]:
    """Processor seconds and peak GB of one command."""
    done = subprocess.run(
        [sys.executable, "-c", _CALL, *words],
        env=os.environ | {"CRESCREEN_STORE": str(store), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:3])}: {done.stderr[-800:]}")
    seconds, memory = done.stderr.rsplit("USED ", 1)[1].split()
    return float(seconds), float(memory) / 2**20


def measured(base: Path, folder: Path) -> Steps:
    """Both steps at each number of plates."""
    found: Steps = {name: [] for name in ("add_seconds", "add_gb", "rank_seconds", "rank_gb")}
    files, layouts, patients = make_plates(base, folder / "plates", max(PLATES))
    with open_store(base) as store:
        code = str(store.scalar("SELECT indication FROM patients WHERE patient_id = $p", p=patients[0]))
    for count in PLATES:
        store_file = folder / f"history_{count}.duckdb"
        shutil.copy(base, store_file)
        stated = [word for patient in patients[:count] for word in ("--organoid", f"{patient}={patient}")]
        names = [str(path) for path in files[:count]]
        add = used_by("results", "add", *names, "--layout", str(layouts), "--lab", "north", *stated, store=store_file)
        rank = used_by("rank", code, "--patient", patients[0], "--with-results", store=store_file)
        for name, value in zip(found, (*add, *rank), strict=True):
            found[name].append(round(value, 2))
        sys.stdout.write(json.dumps({"plates": count} | {name: values[-1] for name, values in found.items()}) + "\n")
        sys.stdout.flush()
    return found


if __name__ == "__main__":
    from tests.benchmarks.lab_history_picture import drawn

    steps = measured(Path(sys.argv[1]), Path(sys.argv[2]))
    PICTURE.write_text(drawn(PLATES, steps), "utf-8")
