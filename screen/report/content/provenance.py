"""Where a report's figures come from: run, model, encoder, files, settings, versions."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from screen import __version__
from screen.errors import StoreError
from screen.models.unseen_plates import labs_in_lines
from screen.report.content.audit_trail import AuditTrail, read_trail
from screen.settings import Settings
from screen.store import Store
from screen.store.stored_models import read_manifest
from screen.store.tables import with_patients

MANY = 4
"""Files of one kind listed one by one."""


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One file read into the store."""

    name: str
    kind: str
    sha256: str
    snapshot_date: str | None
    coverage: str | None
    rows: int


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Everything needed to say which computation a report shows."""

    ranked: str | None
    """Day on which the run was stored, by the audit trail."""
    members: int
    version: str
    """Of this program."""
    lines: int
    run_id: str
    model_id: str
    model: str
    dataset: str
    """Response data set the model was trained on."""
    patients: int
    """Unlabelled patients the model was aligned with."""
    drugs: int
    genes: int
    unit: str
    line_expression: tuple[str, ...]
    """Data sets of the cell lines' expression: name, platform, unit, lines and genes of the model."""
    line_notes: tuple[str, ...]
    """Expression of cell lines that was left out."""
    plates_learned: tuple[str, ...]
    """What the model learned from each laboratory's plates, where it was trained with them."""
    patient_dataset: str
    encoder: str
    encoder_id: str
    toy_encoder: bool
    synthetic: bool
    sources: tuple[SourceFile, ...]
    files: tuple[SourceFile, ...]
    """The same for print: many files of one kind as one line, with a hash over theirs."""
    settings: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    trail: AuditTrail


@dataclass(frozen=True, kw_only=True)
class CurrentRun:
    """The newest run of an indication and the manifest of its model."""

    run_id: str
    indication: str
    model_id: str
    settings: Mapping[str, Any]
    manifest: Mapping[str, Any]


def current_run(store: Store, code: str) -> CurrentRun:
    """The newest run of ``code``.

    Raises
    ------
    StoreError
        The indication has not been ranked.
    """
    rows = store.sql(
        """SELECT r.run_id, r.model_id, r.settings, m.manifest FROM current_runs r JOIN models m USING (model_id)
                        WHERE r.indication = $code""",
        code=code,
    )
    if rows.is_empty():
        raise StoreError(f"no ranking of {code}", where=str(store.path), remedy=f"run: crescreen rank {code}")
    run_id, model_id, settings, manifest = rows.row(0)
    read = read_manifest(manifest, model_id, code, store.path)
    return CurrentRun(run_id=run_id, indication=code, model_id=model_id, settings=json.loads(settings), manifest=read)


def provenance_of(store: Store, run: CurrentRun, settings: Settings, patient_id: str | None = None) -> Provenance:
    """What to print of this run.

    Parameters
    ----------
    patient_id : of a report on one patient, which names no other patient's file
    """
    sources = source_files(store, run, patient_id)
    manifest = run.manifest
    encoder, taken_from = manifest["encoder"], manifest["patient_source"]
    return Provenance(
        ranked=_day_ranked(store, run.run_id),
        version=__version__,
        run_id=run.run_id,
        model_id=run.model_id,
        model=manifest["name"],
        members=manifest["members"],
        dataset=manifest["dataset"],
        lines=manifest["lines"],
        patients=manifest["patients"],
        drugs=len(manifest["drugs"]),
        genes=len(manifest["genes"]),
        unit=manifest["unit"],
        line_expression=tuple(_line_expression(one) for one in manifest.get("line_data", ())),
        line_notes=tuple(manifest.get("line_notes", ())),
        plates_learned=labs_in_lines(manifest),
        patient_dataset=taken_from["dataset"],
        encoder=encoder["name"],
        encoder_id=encoder["id"],
        toy_encoder=encoder["toy"],
        synthetic=_is_synthetic(sources),
        sources=sources,
        files=gathered(sources),
        settings=_settings(run, settings),
        versions=tuple(sorted((name, str(version)) for name, version in manifest["versions"].items())),
        trail=read_trail(store),
    )


def without_run(store: Store, settings: Settings, files: tuple[SourceFile, ...]) -> Provenance:
    """Origin of a report that no ranking enters; the fields of a model are empty, and replaced by those that know some.

    Parameters
    ----------
    files : that its figures come from
    """
    return Provenance(
        ranked=None,
        version=__version__,
        run_id="",
        model_id="",
        model="",
        members=0,
        dataset="",
        lines=0,
        patients=0,
        drugs=0,
        genes=0,
        unit="",
        line_expression=(),
        line_notes=(),
        plates_learned=(),
        patient_dataset="",
        encoder="",
        encoder_id="",
        toy_encoder=False,
        synthetic=_is_synthetic(files),
        sources=files,
        files=files,
        settings=tuple(sorted(_flat({"tables": asdict(settings.ranking)}))),
        versions=(("crescreen", __version__),),
        trail=read_trail(store),
    )


def _is_synthetic(files: Sequence[SourceFile]) -> bool:
    return any(file.name.startswith("synthetic_") for file in files)


def _line_expression(one: Mapping[str, Any]) -> str:
    how = ", ".join(filter(None, (one["platform"], one["unit"])))
    return f"{one['dataset']} ({how}): {one['lines']} cell lines, {one['genes']} of the model's genes"


def _day_ranked(store: Store, run_id: str) -> str | None:
    moment = store.scalar(
        "SELECT max(moment) FROM audit WHERE action = 'rank' AND json_extract_string(detail, '$.run_id') = $run",
        run=run_id,
    )
    return None if moment is None else str(moment)[:10]


def source_files(store: Store, run: CurrentRun, patient_id: str | None = None) -> tuple[SourceFile, ...]:
    """The files behind a run: all in the store but other patients' expression.

    A report on one patient names no file that holds another patient's rows alone.
    """
    rows = store.sql(
        """WITH other AS (
               SELECT source_id FROM expression WHERE domain = 'patient'
               EXCEPT SELECT source_id FROM run_patients WHERE run_id = $run
               EXCEPT SELECT $trained_on)
           SELECT source_id, name, kind, sha256, snapshot_date, coverage, row_count AS rows FROM source_files
           WHERE source_id NOT IN (FROM other) ORDER BY kind, name, sha256""",
        run=run.run_id,
        trained_on=run.manifest["patient_source"]["source_id"],
    )
    alone = {} if patient_id is None else _of_one_patient(store)
    return tuple(
        SourceFile(**row)
        for row in rows.iter_rows(named=True)
        if alone.get(row.pop("source_id"), patient_id) == patient_id
    )


def _of_one_patient(store: Store) -> dict[str, str]:
    """source_id -> the patient, of files that hold rows of one patient and of no other."""
    held = " UNION ".join(
        f"SELECT source_id, {table.patient} AS patient_id FROM {table.name} WHERE {table.where}"
        for table in with_patients()
        if table.kind == "source"
    )
    found = store.sql(
        f"SELECT source_id, min(patient_id) AS patient_id FROM ({held}) GROUP BY source_id HAVING count(*) = 1"
    )
    return dict(found.iter_rows())


def gathered(sources: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """Files in their order; those of a kind with more than MANY as one line."""
    kinds: dict[str, list[SourceFile]] = {}
    for source in sources:
        kinds.setdefault(source.kind, []).append(source)
    return tuple(line for files in kinds.values() for line in ([_as_one(files)] if len(files) > MANY else files))


def span(dates: Iterable[str | None]) -> str | None:
    """The first and the last of some dates, None where there is none."""
    known = sorted({date for date in dates if date})
    return f"{known[0]} to {known[-1]}" if len(known) > 1 else "".join(known) or None


def _as_one(files: Sequence[SourceFile]) -> SourceFile:
    digest = hashlib.sha256("".join(f.sha256 for f in files).encode()).hexdigest()
    return SourceFile(
        name=f"{len(files)} files: {files[0].name} to {files[-1].name}",
        kind=files[0].kind,
        sha256=digest,
        snapshot_date=span(f.snapshot_date for f in files),
        coverage=", ".join(sorted({f.coverage for f in files if f.coverage})) or None,
        rows=sum(f.rows for f in files),
    )


def _settings(run: CurrentRun, settings: Settings) -> tuple[tuple[str, str], ...]:
    """The model's and the tables' settings; of the run's those that are not said by the same name and value.

    How a model would have been trained at the time of ranking made no difference to it.
    """
    of_model = _flat({"model": run.manifest["settings"], "tables": asdict(settings.ranking)})
    shown = {(name.split(".")[-1], value) for name, value in of_model}
    others = _flat({"run": _without_training(run.settings)})
    return tuple(of_model + [one for one in others if (one[0].split(".")[-1], one[1]) not in shown])


def _without_training(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name != "training"}


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{prefix}{name}.")
        else:
            text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            pairs.append((f"{prefix}{name}", text or "none"))
    return pairs
