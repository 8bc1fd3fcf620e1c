"""Files changed by their structure, over all readers of text: refused with one error, or read without a slid cell.

The right cells are known from the generator of each file, not from the reader. ``MUTANTS`` in the environment sets how
many are tried (2,000 take half a minute); a sample runs with the suite.
"""

import os
import random
from pathlib import Path

import pytest

from screen.errors import ScreenError
from screen.ingest import registry
from screen.records import Batch
from tests.ingest.made_files import FORMATS, Format, Table
from tests.ingest.mutations import mutant, written

COUNT = int(os.environ.get("MUTANTS", "600"))


def slid(form: Format, table: Table, batch: Batch) -> list[str]:
    """Rows of which something was read that the generator did not write."""
    truth, facts = form.truth(table), form.facts(batch)
    return [
        f"{key}: {sorted(map(str, facts[key] - truth.get(key, set())))}"
        for key in facts
        if facts[key] - truth.get(key, set())
    ]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_the_generated_file_is_read_as_it_was_written(form: Format, tmp_path: Path) -> None:
    table = form.make(random.Random(1))
    (tmp_path / form.file).write_text(written(table, form))
    _, batch = registry.read(tmp_path / form.file, form.options)
    assert slid(form, table, batch) == []
    assert set(form.facts(batch)) == set(form.truth(table))


@pytest.mark.parametrize("part", range(10))
def test_no_mutant_is_read_with_a_slid_cell(part: int, tmp_path: Path) -> None:
    wrong: list[str] = []
    for seed in range(part, COUNT, 10):
        form, mutation, table, raw = mutant(seed)
        path = tmp_path / form.file
        path.write_bytes(raw)
        try:
            _, batch = registry.read(path, form.options)
            error = slid(form, table, batch)
        except ScreenError as fault:
            # A fault of the code itself would be told as damage of the file.
            error = (
                [f"{type(fault.__cause__).__name__}"] if isinstance(fault.__cause__, TypeError | AttributeError) else []
            )
        wrong += [f"seed {seed}, {mutation} of {form.name}: {line}" for line in error[:2]]
    assert wrong == []
