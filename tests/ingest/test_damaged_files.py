"""Bytes changed at random, nesting without end, words without end: one error or rows, soon, and never a traceback."""

import io
import json
import random
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from screen.errors import InputError, ScreenError
from screen.ingest import registry
from screen.records import ReadOptions

STUDY = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT01000001", "briefTitle": "A trial"},
        "conditionsModule": {"conditions": ["Lung Cancer"], "keywords": ["x"]},
        "armsInterventionsModule": {
            "interventions": [{"type": "DRUG", "name": "erlotinib", "otherNames": ["Tarceva"]}]
        },
        "designModule": {"phases": ["PHASE2"], "studyType": "INTERVENTIONAL"},
    }
}
TREE = {
    "TISSUE": {
        "name": "Tissue",
        "mainType": None,
        "tissue": None,
        "parent": None,
        "children": {"LUNG": {"name": "Lung", "mainType": "Lung", "tissue": "Lung", "children": {}}},
    }
}
DRUGBANK = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<drugbank xmlns="http://www.drugbank.ca" exported-on="2020-01-01">'
    '<drug type="small molecule"><drugbank-id primary="true">DB1</drugbank-id><name>Ethanol</name>'
    "<indication>For x. Not for y.</indication><groups><group>approved</group></groups></drug></drugbank>"
)
SDF = (
    "methanol\n     x\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\n"
    "    1.0000    0.0000    0.0000 O   0  0\n  1  2  1  0\nM  END\n>  <Name>\nmethanol\n\n$$$$\n"
)


def _workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in (["drug_name", "smiles"], ["ethanol", "CCO"], ["methanol", "CO"]):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


FILES: dict[str, bytes] = {
    "trial.json": json.dumps({"studies": [STUDY, STUDY]}).encode(),
    "oncotree.json": json.dumps(TREE).encode(),
    "drugbank.xml": DRUGBANK.encode(),
    "drugs.sdf": (SDF * 3).encode(),
    "drugs.smi": b"CCO ethanol\nCO methanol\nCCN ethylamine\n",
    "drugs.xlsx": _workbook(),
    "hgnc.txt": b"hgnc_id\tsymbol\talias_symbol\tentrez_id\tstatus\nHGNC:1\tTP53\tP53\t7157\tApproved\n",
    "nci.csv": b"PubChemId,DrugName,DrugType,DrugAliases,DrugIndicationsExtended,DrugIndications\n"
    b"C_1,Erlotinib,Compound,None found,\"['x']\",\"['LUAD']\"\n",
    "cancerdrugsdb.txt": b"Product\tGeneric\tIndications\tLast Update\nTarceva\terlotinib\tLung; Skin\t01/02/2020\n",
    "vocabulary.csv": b"DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key\n"
    b"DB1,,Ethanol,64-17-5,,alcohol | EtOH,LFQSCWFLJHTTHZ-UHFFFAOYSA-N\n",
    "given.tsv": b"patient.arr\tcancers\tdrug.name\tresponse\nTCGA-AA-0001\tSTAD\terlotinib\tPartial Response\n",
}
FAULTS_OF_CODE = (TypeError, AttributeError, AssertionError, NameError)


@pytest.mark.parametrize("name", FILES)
def test_bytes_changed_at_random(name: str, tmp_path: Path) -> None:
    wrong = []
    for seed in range(60):
        rng = random.Random(f"{name}/{seed}")
        raw = bytearray(FILES[name])
        for _ in range(rng.choice([1, 2, 8])):
            at = rng.randrange(len(raw))
            new = rng.choice([b"", bytes([rng.randrange(256)]), bytes(raw[at : at + 30] * 2), b'"'])
            raw[at : at + rng.choice([1, 1, 20])] = new
        (tmp_path / name).write_bytes(bytes(raw))
        try:
            registry.read(tmp_path / name, ReadOptions())
        except ScreenError as fault:
            if isinstance(fault.__cause__, FAULTS_OF_CODE):
                wrong.append(f"seed {seed}: {fault}")
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.json", b'{"protocolSection": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
        ("t.json", b'{"protocolSection": ' + b"9" * 5000 + b"}"),
        ("t.json", json.dumps(STUDY).replace("A trial", "\\ud800 x").encode()),
        ("t.json", json.dumps(STUDY).replace('"NCT01000001"', "17").encode()),
        ("t.json", json.dumps({"ProtocolSection": {}}).encode()),
        ("o.json", b'{"TISSUE": {"mainType": 7, "name": "x", "tissue": ["y"], "children": {}}}'),
        ("o.json", b'{"TISSUE": {"mainType": "a", "name": "x", "children": [1, 2]}}'),
        ("d.xml", DRUGBANK.replace("UTF-8", "klingon").encode()),
        ("d.xml", DRUGBANK.replace("UTF-8", "utf-7").encode()),
        ("d.zip", b"PK\x03\x04broken"),
        ("d.csv", b"<!DOCTYPE html><html></html>"),
        ("d.xls", b"\xd0\xcf\x11\xe0" + bytes(100)),
        ("d.rds", b"X\n\x00\x00\x00\x03"),
        ("d.pdf", b"%PDF-1.7 x"),
    ],
)
def test_hostile_content_is_one_error(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name) as fault:
        registry.read(tmp_path / name, ReadOptions())
    assert fault.value.remedy
    assert not isinstance(fault.value.__cause__, FAULTS_OF_CODE)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("d.csv", 'drug_name,smiles,target\nx,CCO,"' + "," * 300_000 + '"\n'),
        ("d.csv", 'drug_name,smiles,target\nx,CCO,"' + "(" * 100_000 + "a, b" + '"\n'),
        ("b.txt", "id|nct_id|mesh_term|mesh_type\n1|NCT01000001|" + "a" * 200_000 + "|mesh-list\n"),
        ("c.txt", "Product\tGeneric\tIndications\nx\ty\t" + "<" * 100_000 + "\n"),
        ("d.csv", "drug_name,smiles\n" + "x" * 300_000 + ",CCO\n"),
        ("d.csv", "drug_name,smiles\n" + '"x""' * 1 + "y" * 200_000 + '",CCO\n'),
    ],
)
def test_words_without_end_are_read_or_refused_soon(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    start = time.process_time()
    try:
        registry.read(tmp_path / name, ReadOptions())
    except ScreenError as fault:
        assert name in str(fault)  # noqa: PT017
    assert time.process_time() - start < 10
