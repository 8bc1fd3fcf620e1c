"""Independent readings of drug names, labels, trials and tumour types."""

import html
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from screen.records import drug_key
from screen.store import Store
from tests.real_files.comparing import Check, compared, rows


def _names(read: Callable[[Path], pd.Series]) -> Check:
    """The main names of a table of drugs."""

    def check(store: Store, file: Path) -> tuple[int, int]:
        theirs = {drug_key(str(one).strip()) for one in read(file).dropna() if drug_key(str(one).strip())}
        return compared(theirs, (key for (key,) in rows(store, file, "drug_names", "drug_key", "preferred")))

    return check


def hub(encoding: str) -> Check:
    return _names(lambda file: pd.read_csv(file, sep="\t", comment="!", encoding=encoding, dtype=str)["pert_iname"])


def vocabulary(separator: str, skip: int) -> Check:
    return _names(lambda file: pd.read_csv(file, sep=separator, skiprows=skip, dtype=str)["Common name"])


def nci(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, dtype=str)
    theirs = {
        (drug_key(name), code)
        for name, codes in frame[["DrugName", "DrugIndications"]].itertuples(index=False)
        for code in json.loads(codes.replace("'", '"'))
    }
    return compared(theirs, rows(store, file, "indication_records", "drug_key, indication"))


def licensed(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, sep="\t", dtype=str, index_col=False)
    theirs = {
        (drug_key(name), one.strip())
        for name, prose in frame[["Product", "Indications"]].dropna().itertuples(index=False)
        for one in html.unescape(prose).split(";")
        if one.strip()
    }
    return compared(theirs, rows(store, file, "indication_records", "drug_key, condition"))


def studies(store: Store, file: Path) -> tuple[int, int]:
    """NCT number, status, conditions and interventions of single v2 records."""
    protocol = json.loads(file.read_text(encoding="utf-8"))["protocolSection"]
    number = protocol["identificationModule"]["nctId"]
    theirs = {("status", number, protocol["statusModule"]["overallStatus"])}
    theirs |= {("condition", number, one) for one in protocol["conditionsModule"].get("conditions", ())}
    arms = protocol.get("armsInterventionsModule", {}).get("interventions", ())
    theirs |= {("intervention", number, one["name"]) for one in arms}
    ours = [("status", *one) for one in rows(store, file, "trials", "nct_id, status")]
    ours += [
        ("condition", *one)
        for one in rows(store, file, "trial_conditions", "nct_id, condition", "origin = 'condition'")
    ]
    ours += [
        ("intervention", *one) for one in rows(store, file, "trial_interventions", "nct_id, name", "kind <> 'MESH'")
    ]
    return compared(theirs, ours)


def website(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, dtype=str)
    theirs = {
        (number, one.strip())
        for number, text in frame[["NCT Number", "Conditions"]].dropna().itertuples(index=False)
        for one in text.split("|")
    }
    return compared(theirs, rows(store, file, "trial_conditions", "nct_id, condition", "origin = 'condition'"))


def _v2(text: str) -> str | None:
    """What API v2 calls a status of the registry's older words."""
    return "UNKNOWN" if text == "UNKNOWN_STATUS" else text or None


def aact(table: str, theirs: Sequence[str], ours: str) -> Check:
    def check(store: Store, file: Path) -> tuple[int, int]:
        frame = pd.read_csv(file, sep="|", dtype=str, keep_default_na=False)
        left = {tuple(_v2(value) for value in one) for one in frame[list(theirs)].itertuples(index=False)}
        return compared(left, rows(store, file, table, ours))

    return check


def tumour_types(store: Store, file: Path) -> tuple[int, int]:
    def below(nodes: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
        for code, node in nodes.items():
            yield code, node["name"]
            yield from below(node.get("children", {}))

    content = json.loads(file.read_text(encoding="utf-8"))
    return compared(below(content), rows(store, file, "oncotree_nodes", "code, name"))
