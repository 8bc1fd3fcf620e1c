"""Checkpoints of drug encoders are recognised by their content and stored as safetensors."""

import hashlib
import pickle
from pathlib import Path

import pytest
import torch

from screen.errors import ScreenError
from screen.ingest.file_head import peek
from screen.ingest.readers import encoder_weights
from tests.ingest.drug_files import read


@pytest.mark.parametrize("legacy", [False, True])
def test_torch_files_old_and_new_are_recognised(tmp_path: Path, legacy: bool) -> None:
    torch.save({"x": torch.zeros(2)}, tmp_path / "any.bin", _use_new_zipfile_serialization=not legacy)
    assert encoder_weights.KINDS[0].recognises(peek(tmp_path / "any.bin"))


def test_text_and_spreadsheets_are_no_checkpoints(tmp_path: Path) -> None:
    contents = {"a.json": b'{"a": 1}', "b.csv": b"a,b\n1,2\n", "c.xlsx": b"PK\x03\x04 xl/workbook.xml"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        assert not encoder_weights.KINDS[0].recognises(peek(tmp_path / name))


def test_a_pickle_that_is_no_state_dict_is_refused(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (pytest.fail, ("the pickle was executed",))

    (tmp_path / "bomb.pth").write_bytes(pickle.dumps(Bomb(), protocol=2))
    with pytest.raises(ScreenError):
        read(tmp_path / "bomb.pth", kind="drug-encoder")


@pytest.mark.real
def test_the_published_checkpoint(real_data: Path) -> None:
    batch = read(real_data / "weights" / "gcn_supervised_contextpred.pth")
    row = batch.tables["drug_encoders"].row(0, named=True)
    assert (row["name"], row["kind"], row["toy"]) == ("gcn_supervised_contextpred", "gcn", False)
    assert row["encoder_id"] == hashlib.sha256(row["weights"]).hexdigest()[:16]
