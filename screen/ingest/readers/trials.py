"""ClinicalTrials.gov: v2 JSON in its shapes, and the website's CSV with its new and its old column names.

Contact persons are never read: only the fields named here leave the file.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from screen.errors import InputError
from screen.evidence.coverage import parse_coverage
from screen.ingest.file_head import Head
from screen.ingest.kind import Kind
from screen.ingest.text.decoding import read_decoded
from screen.ingest.text.delimited import LINE, read_table
from screen.records import Batch, ReadOptions

TRIALS = pl.Schema(
    dict.fromkeys(
        ("nct_id", "title", "status", "phase", "study_type", "why_stopped", "start_date", "updated"), pl.String()
    )
)
CONDITIONS = pl.Schema(dict.fromkeys(("nct_id", "condition", "origin"), pl.String()))
INTERVENTIONS = pl.Schema(
    {"nct_id": pl.String(), "kind": pl.String(), "name": pl.String(), "other_names": pl.List(pl.String())}
)

_NCT = re.compile(r"NCT\d{8}")
_REMEDY = "download it again from clinicaltrials.gov"
_COLUMN = {
    "nct_id": ("NCT Number", "NCT ID"),
    "title": ("Study Title", "Title"),
    "status": ("Study Status", "Status"),
    "phase": ("Phases", "Phase"),
    "study_type": ("Study Type",),
    "conditions": ("Conditions", "Condition"),
    "interventions": ("Interventions", "Intervention"),
    "start_date": ("Start Date",),
    "updated": ("Last Update Posted", "Last Updated"),
    "why_stopped": ("Why Stopped",),
}
_KINDS = (
    "DRUG",
    "BIOLOGICAL",
    "COMBINATION_PRODUCT",
    "DEVICE",
    "PROCEDURE",
    "RADIATION",
    "BEHAVIORAL",
    "GENETIC",
    "DIETARY_SUPPLEMENT",
    "DIAGNOSTIC_TEST",
    "OTHER",
)


def word(text: str | None) -> str | None:
    """A value of an enumeration in the new spelling.

    >>> word("Active, not recruiting")
    'ACTIVE_NOT_RECRUITING'
    """
    plain = re.sub(r"[^A-Z0-9]+", "_", (text or "").upper()).strip("_")
    return {"": None, "UNKNOWN_STATUS": "UNKNOWN", "NOT_APPLICABLE": "NA", "N_A": "NA"}.get(plain, plain)


def phase(text: str | None) -> str | None:
    """Phases joined by ``/``, from any of ``PHASE1/PHASE2``, ``PHASE1|PHASE2``, ``Phase 1/Phase 2``.

    >>> phase("Phase 1|Phase 2")
    'PHASE1/PHASE2'
    """
    found = [word(part) for part in re.split(r"[|/,;]", text or "")]
    return "/".join(re.sub(r"PHASE_(?=\d)", "PHASE", part) for part in found if part) or None


def iso_date(text: str | None) -> str | None:
    """An ISO date, as far as the text goes: ``September 20, 2018`` and ``September 2022`` too."""
    plain = (text or "").strip()
    for form, iso in (("%B %d, %Y", "%Y-%m-%d"), ("%B %Y", "%Y-%m")):
        try:
            return datetime.strptime(plain, form).strftime(iso)
        except ValueError:
            continue
    return plain or None


def is_nct(text: str) -> bool:
    """Whether this is a trial's number."""
    return _NCT.fullmatch(text) is not None


def _json_recognises(head: Head) -> bool:
    return (head.text.lstrip()[:1] in ("{", "[") and '"protocolSection"' in head.text) or _is_v1(head)


def _read_json(head: Head, options: ReadOptions) -> Batch:
    if _is_v1(head):
        raise _v1(head)
    where = str(head.path)
    notes: list[str] = []
    trials, conditions, interventions, dates = [], [], [], []
    for study in _studies(_documents(read_decoded(head.path).text, where), notes, where):
        nct = _at(study, "protocolSection", "identificationModule", "nctId")
        if not isinstance(nct, str) or not is_nct(nct):
            notes.append(f"left out: a study without a valid NCT number ({nct!r})")
            continue
        trials.append((nct, *_json_facts(study["protocolSection"])))
        conditions += [(nct, *row) for row in _json_conditions(study)]
        interventions += [(nct, *row) for row in _json_interventions(study)]
        dates.append(_text(study, "derivedSection", "miscInfoModule", "versionHolder") or "")
    newest = max(dates, default="")
    return _batch("clinicaltrials-json", trials, conditions, interventions, options, notes, where, newest)


def _documents(text: str, where: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except json.JSONDecodeError as fault:
        whole = fault
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        return [json.loads(line) for line in lines] if len(lines) > 1 else _broken(whole, where)
    except json.JSONDecodeError:
        return _broken(whole, where)


def _broken(fault: json.JSONDecodeError, where: str) -> list[Any]:
    raise InputError(
        f"line {fault.lineno}, column {fault.colno}: neither JSON nor one JSON object a line ({fault.msg})",
        where=where,
        remedy=_REMEDY,
    )


def _studies(documents: list[Any], notes: list[str], where: str) -> Iterator[dict[str, Any]]:
    """Studies of pages, of lists, of single objects and of one object a line."""
    for number, document in enumerate(documents, 1):
        if isinstance(document, list):
            yield from _studies(document, notes, where)
        elif not isinstance(document, dict):
            raise InputError(f"record {number} is no study", where=where, remedy=_REMEDY)
        elif isinstance(document.get("studies"), list):
            if document.get("nextPageToken"):
                notes.append("a page that is not the last: fetch the others too (pageToken)")
            yield from _studies(document["studies"], notes, where)
        else:
            yield document


def _at(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(value: Any, *path: str) -> str | None:
    found = _at(value, *path)
    return found.strip() or None if isinstance(found, str) else None


def _list(value: Any, *path: str) -> list[Any]:
    found = _at(value, *path)
    return found if isinstance(found, list) else []


def _texts(value: Any, *path: str) -> list[str]:
    return [text.strip() for text in _list(value, *path) if isinstance(text, str) and text.strip()]


def _json_facts(section: dict[str, Any]) -> tuple[str | None, ...]:
    title = _text(section, "identificationModule", "briefTitle") or _text(
        section, "identificationModule", "officialTitle"
    )
    return (
        title,
        word(_text(section, "statusModule", "overallStatus")),
        phase("|".join(_texts(section, "designModule", "phases"))),
        word(_text(section, "designModule", "studyType")),
        _text(section, "statusModule", "whyStopped"),
        _text(section, "statusModule", "startDateStruct", "date"),
        _text(section, "statusModule", "lastUpdatePostDateStruct", "date"),
    )


def _json_conditions(study: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for ours, theirs in (("condition", "conditions"), ("keyword", "keywords")):
        yield from ((text, ours) for text in _texts(study, "protocolSection", "conditionsModule", theirs))
    # Only the terms themselves: their ancestors ("Neoplasms") would match every tumour.
    for mesh in _list(study, "derivedSection", "conditionBrowseModule", "meshes"):
        if term := _text(mesh, "term"):
            yield term, "mesh"


def _json_interventions(study: dict[str, Any]) -> Iterator[tuple[str | None, str, list[str]]]:
    for one in _list(study, "protocolSection", "armsInterventionsModule", "interventions"):
        if name := _text(one, "name"):
            yield word(_text(one, "type")), name, _texts(one, "otherNames")
    for mesh in _list(study, "derivedSection", "interventionBrowseModule", "meshes"):
        if term := _text(mesh, "term"):
            yield "MESH", term, []


def _is_v1(head: Head) -> bool:
    text = head.text.lstrip()[:1]
    v1 = ('"FullStudiesResponse"', '"StudyFieldsResponse"', '"ProtocolSection"')
    old_xml = "<clinical_study" in head.text or "<search_results" in head.text
    return (text in ("{", "[") and any(word in head.text for word in v1)) or (text == "<" and old_xml)


def _v1(head: Head) -> InputError:
    return InputError(
        "an answer of ClinicalTrials.gov's API v1 or its old XML, retired in 2024",
        where=str(head.path),
        remedy="fetch it from API v2: https://clinicaltrials.gov/api/v2/studies?query.cond=...&pageSize=1000",
    )


def _csv_recognises(head: Head) -> bool:
    return head.has("NCT Number") and (head.has("Conditions") or head.has("Interventions"))


def _read_csv(head: Head, options: ReadOptions) -> Batch:
    where = str(head.path)
    table, remarks = read_table(head, missing=(), line_breaks=True, controls_as_blanks=True)
    notes = list(remarks)
    trials, conditions, interventions = [], [], []
    for row in table.drop(LINE).iter_rows(named=True):
        cell = {
            ours: next((row[name].strip() for name in names if row.get(name)), "") for ours, names in _COLUMN.items()
        }
        nct = cell["nct_id"]
        if not is_nct(nct):
            notes.append(f"left out: a row without a valid NCT number ({nct!r})")
            continue
        trials.append(
            (
                nct,
                cell["title"] or None,
                word(cell["status"]),
                phase(cell["phase"]),
                word(cell["study_type"]),
                cell["why_stopped"] or None,
                iso_date(cell["start_date"]),
                iso_date(cell["updated"]),
            )
        )
        conditions += [(nct, text.strip(), "condition") for text in cell["conditions"].split("|") if text.strip()]
        interventions += [(nct, *_labelled(text)) for text in cell["interventions"].split("|") if text.strip()]
    newest = max((trial[7] or "" for trial in trials), default="")
    return _batch("clinicaltrials-csv", trials, conditions, interventions, options, notes, where, newest)


def _labelled(text: str) -> tuple[str | None, str, list[str]]:
    """``DRUG: name`` or ``Drug: name``; a colon may also belong to the name."""
    kind, _, name = text.partition(":")
    return (word(kind), name.strip(), []) if word(kind) in _KINDS and name.strip() else (None, text.strip(), [])


def _batch(
    kind: str,
    trials: list[Any],
    conditions: list[Any],
    interventions: list[Any],
    options: ReadOptions,
    notes: list[str],
    where: str,
    newest: str,
) -> Batch:
    if not trials:
        raise InputError("no trial in it", where=where, remedy=_REMEDY)
    tables = {
        "trials": pl.DataFrame(trials, schema=TRIALS, orient="row").unique("nct_id", keep="last", maintain_order=True),
        "trial_conditions": pl.DataFrame(conditions, schema=CONDITIONS, orient="row").unique(maintain_order=True),
        "trial_interventions": pl.DataFrame(interventions, schema=INTERVENTIONS, orient="row").unique(
            maintain_order=True
        ),
    }
    return Batch(kind, tables, tuple(notes), newest or None, str(parse_coverage(options.coverage)))


KINDS = (
    Kind("clinicaltrials-json", "ClinicalTrials.gov studies, JSON of API v2", _json_recognises, _read_json),
    Kind("clinicaltrials-csv", "ClinicalTrials.gov studies, table of the website", _csv_recognises, _read_csv),
)
