"""Every wrong input: one clear error, exit code 2, no traceback, the store as it was."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from screen import pipeline
from screen.settings import Settings
from tests.command import Outcome, crescreen, fingerprint

MODEL = "ModelID,StrippedCellLineName,SangerModelID,COSMICID,OncotreeCode,OncotreeLineage\n"
GDSC = (
    "DATASET,NLME_RESULT_ID,NLME_CURVE_ID,COSMIC_ID,CELL_LINE_NAME,SANGER_MODEL_ID,TCGA_DESC,DRUG_ID,DRUG_NAME,"
    "PUTATIVE_TARGET,PATHWAY_NAME,COMPANY_ID,WEBRELEASE,MIN_CONC,MAX_CONC,LN_IC50,AUC,RMSE,Z_SCORE\n"
)
GDSC_ROW = "GDSC2,1,1,1,A,SIDM1,BRCA,1,Erlotinib,EGFR,EGFR signaling,1,Y,0.1,10,{ic50},{auc},0.1,0.1\n"
GENES = [f"TP{i}" for i in range(40, 46)] + ["EGFR", "KRAS", "BRAF", "MYC", "PTEN", "CDK4", "CDK6", "MDM2"]


def matrix(rows: list[str], genes: list[str] | None = None, first: str = "patient_id") -> str:
    return "\n".join([",".join([first, *(genes or GENES)]), *rows]) + "\n"


def sample(name: str, value: str = "5.1", last: str | None = None) -> str:
    values = [f"{float(value) + i / 7:.3f}" for i in range(len(GENES))]
    return ",".join([name, *values[:-1], last if last is not None else values[-1]])


FILES: dict[str, tuple[str | bytes, list[str], str]] = {
    # name -> content, options, a piece of the message
    "empty": ("", [], "empty"),
    "only blank lines": ("\n\n  \n", [], "empty"),
    "binary data": (bytes(range(256)) * 8, [], "n't|not"),
    "utf-16 without a unit": ("patient_id,TP53\nA,1\n".encode("utf-16"), [], "--unit"),
    "nul bytes": (MODEL.encode() + b"ACH-1,\x00\x00,,,,\n", [], "NUL"),
    "cut gzip": (gzip.compress(matrix([sample(f"P{i}") for i in range(400)]).encode())[:-200], [], "cut or damaged"),
    "git lfs pointer": ("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", [], "LFS"),
    "prose": ("Dear colleagues,\nplease find attached\nthe data.\n", [], "not recognised"),
    "html error page": ("<!DOCTYPE html><html><body>404</body></html>\n", [], "not recognised|HTML"),
    "header only, model": (MODEL, [], "no rows|no cell line|empty"),
    "header only, responses": (GDSC, [], "no rows|no response|empty"),
    "header only, matrix": (matrix([]), [], "no |not recognised"),
    "ragged row": (MODEL + "ACH-000001,A,SIDM1\n", [], "fields"),
    "wrong separator": (MODEL.replace(",", ":") + "ACH-000001:A::::\n", [], "not recognised"),
    "quote never closed": (GDSC + '"GDSC2,1,1,1,A\n' + "x\n" * 5, [], "fields|quote|columns"),
    "duplicate sample": (
        matrix([sample("P1"), sample("P1", "6")]),
        ["--indication", "BRCA", "--unit", "log2tpm1"],
        "P1",
    ),
    "duplicate model id": (MODEL + "ACH-000001,A,,,,\nACH-000001,B,,,,\n", [], "ACH-000001"),
    "letter in matrix": (matrix([sample("P1"), sample("P2", last="high")]), ["--indication", "BRCA"], "high"),
    "infinite value": (matrix([sample("P1"), sample("P2", last="inf")]), ["--indication", "BRCA"], "inf"),
    "all missing": (
        matrix(["P1" + "," * len(GENES), "P2" + "," * len(GENES)]),
        ["--indication", "BRCA"],
        "miss|no value",
    ),
    "constant matrix": (
        matrix(["P1" + ",1" * len(GENES), "P2" + ",1" * len(GENES)]),
        ["--indication", "BRCA"],
        "same|constant",
    ),
    "negative tpm": (
        matrix([sample("P1", "-5"), sample("P2")]),
        ["--unit", "tpm", "--indication", "BRCA"],
        "negative|tpm",
    ),
    "unknown unit": (matrix([sample("P1"), sample("P2")]), ["--unit", "furlongs"], "furlongs"),
    "unknown indication": (
        matrix([sample("P1"), sample("P2")]),
        ["--unit", "log2tpm1", "--indication", "BRAC"],
        "BRAC",
    ),
    "a path as patient id": (matrix([sample("../../etc/passwd"), sample("P2")]), ["--unit", "log2tpm1"], "passwd"),
    "empty patient id": (matrix([sample(""), sample("P2")]), ["--unit", "log2tpm1"], "empty|no id|id"),
    "endless patient id": (matrix([sample("P" * 500), sample("P2")]), ["--unit", "log2tpm1"], "long|128"),
    "names of people": ("patient_id,patient_name,indication\nP1,Jane Roe,BRCA\n", [], "patient_name"),
    "record numbers": ("patient_id,MRN,indication\nP1,123,BRCA\n", [], "MRN"),
    "birth dates": ("patient_id,date_of_birth,indication\nP1,1960-01-01,BRCA\n", [], "date_of_birth"),
    "responses not numbers": (GDSC + GDSC_ROW.format(ic50="high", auc="0.5"), [], "high"),
    "auc of 7": (GDSC + GDSC_ROW.format(ic50="1", auc="7.5"), [], "7.5"),
    "no smiles readable": ("drug_name,smiles\nx,QQQ(\ny,C1CC\n", [], "SMILES"),
    "smiles file broken": ("QQQ( one\nC1CC two\n", ["--as", "smiles"], "SMILES"),
    "json cut in half": (
        '{"studies": [{"protocolSection": {"identificationModule": {"nctId": "NCT0000',
        [],
        "JSON|not",
    ),
    "json of something else": ('{"hello": [1, 2, 3]}', [], "not recognised|stud"),
    "xml bomb": (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        '<drugbank xmlns="http://www.drugbank.ca">&b;</drugbank>',
        [],
        "document type",
    ),
    "unknown coverage": (
        "PubChemId,DrugName,DrugType,DrugAliases,DrugIndicationsExtended,DrugIndications\n"
        "C_1,Erlotinib,Compound,None found,\"['x']\",\"['LUAD']\"\n",
        ["--coverage", "most"],
        "most",
    ),
    "unknown kind": (MODEL, ["--as", "spreadsheet"], "spreadsheet"),
    "pickle with code": (b"cos\nsystem\n(S'true'\ntR.", ["--as", "drug-encoder"], "n't|not|cannot"),
}

COMMANDS: dict[str, tuple[list[str], str]] = {
    "no such file": (["ingest", "nowhere.csv"], "no such file"),
    "a folder": (["ingest", "."], "folder"),
    "train nothing known": (["train", "XYZ"], "XYZ"),
    "train without patients": (["train", "LIHC"], "LIHC"),
    "unknown model": (["train", "BRCA", "--model", "oracle"], "oracle"),
    "rank without a model": (["rank", "BRCA"], "no model"),
    "rank with html": (["rank", "<b>BRCA</b>"], "<b>"),
    "report of an unknown patient": (["report", "patient", "nobody"], "nobody"),
    "report of a path": (["report", "patient", "../../etc/passwd"], "passwd"),
    "report in word": (["report", "indication", "BRCA", "--format", "docx"], "docx"),
    "unknown table": (["export", "secrets", "--out", "x.csv"], "secrets"),
    "unknown ending": (["export", "drugs", "--out", "x.xls"], "xls"),
    "forget an unknown patient": (["forget", "nobody"], "nobody"),
    "backup over the store": (["backup", "{store}"], "exists"),
    "unknown device": (["train", "BRCA", "--device", "abacus"], "abacus"),
}


@pytest.fixture(scope="module")
def ready(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store, without a model."""
    path = tmp_path_factory.mktemp("wrong") / "store.duckdb"
    pipeline.backup(Settings(store=demo_store), path)
    return path


def _refused(run: Callable[[], Outcome], store: Path, message: str) -> None:
    before = fingerprint(store)
    outcome = run()
    assert outcome.code == 2, outcome
    assert "Traceback" not in outcome.err
    assert outcome.err.count("rror:") == 1 or "Error" in outcome.err, outcome.err
    assert re.search(message, outcome.err, re.IGNORECASE), outcome.err
    assert fingerprint(store) == before


@pytest.mark.parametrize("name", FILES)
def test_wrong_file(name: str, ready: Path, tmp_path: Path) -> None:
    content, options, message = FILES[name]
    path = tmp_path / "given.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    _refused(lambda: crescreen("ingest", str(path), *options, "--store", str(ready)), ready, message)


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_command(name: str, ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words, message = COMMANDS[name]
    monkeypatch.chdir(tmp_path)
    given = [word.format(store=ready) for word in words]
    _refused(lambda: crescreen(*given, "--store", str(ready)), ready, message)
    assert list(tmp_path.iterdir()) == []


def test_one_bad_file_among_good_ones_keeps_all_out(ready: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("patient_id,indication\nNEW-1,BRCA\n")
    bad.write_text(MODEL + "ACH-000001,A,SIDM1\n")
    _refused(lambda: crescreen("ingest", str(good), str(bad), "--store", str(ready)), ready, "bad.csv")
