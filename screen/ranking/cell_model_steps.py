"""Training models of single cells: a step that commands and the Python API call."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from screen.errors import InputError
from screen.models.bundle import Bundle
from screen.models.single_cell.configurations import Configuration, configuration
from screen.ranking.cell_sets import CellSetRequest, PatientCells, labels_of, read_cell_set
from screen.settings import Settings
from screen.store import cell_models, open_store
from screen.tasks.progress import Progress, silent
from screen.training.cell_model_data import bulk_lines, levels_over, measured_drug, shared_space

if TYPE_CHECKING:
    from screen.models.single_cell.bulk_to_cells import TransferData
    from screen.training.cell_model_data import BulkLines, MeasuredDrug

DEFAULT = "atsdp-net"


@dataclass(frozen=True, kw_only=True)
class CellTraining:
    """What is trained, on which cells."""

    drugs: tuple[str, ...]
    cell_set: CellSetRequest
    model: str = DEFAULT
    changes: dict[str, Any] = field(default_factory=dict)
    """Settings of the row that differ."""
    label_column: str = ""
    """Of the cells, for ``few-shot``."""
    sensitive: tuple[str, ...] = ()
    """Values of that column that mean sensitive."""


@dataclass(frozen=True, kw_only=True)
class CellModelTrained:
    """What became of one drug."""

    drug: str
    model: str
    model_id: str
    cells: int
    lines: int
    auroc_lines: float | None
    """On test lines, before transfer."""
    auroc_through_cells: float | None
    """On test lines read by the cells' encoder."""
    note: str


def train_cells(settings: Settings, request: CellTraining, progress: Progress = silent) -> list[CellModelTrained]:
    """Train and store a model of cells for each drug; one that is stored is not trained again, a killed call resumes.

    Raises
    ------
    StoreError, InputError
        No responses of a drug, no such cells, too few lines or genes.
    """
    from screen.models.single_cell.stages import StageStates
    from screen.training.cell_model_training import train_cell_bundle

    made = _configuration(request)
    with open_store(settings.store) as store:
        lines = bulk_lines(store, settings)
        drugs = [measured_drug(store, lines, name) for name in request.drugs]
        parts = read_cell_set(store, request.cell_set)
    labels = labels_of(parts, request.label_column, request.sensitive) if request.label_column else None
    done = []
    space = joint_space(lines, parts)
    for number, drug in enumerate(drugs):
        data = _data(space, lines, drug, labels)
        states = StageStates(settings.work / "cells", data.key(made, settings.seed))
        with open_store(settings.store) as store:
            there = cell_models.has_cell_model(store, states.key)
        if not there:

            def say(what: str, ran: int, most: int, drug: str = drug.name, number: int = number) -> None:
                progress(f"{drug} ({number + 1} of {len(drugs)}): {what}", ran, most)

            about = _about(drug, lines, parts, request)
            bundle = train_cell_bundle(data, made, request.model, settings.seed, about, states, settings.device, say)
            _store(settings, bundle, drug, parts)
            states.remove()
        done.append(_trained(settings, drug, states.key))
    return done


@dataclass(frozen=True)
class JointSpace:
    """Lines, and the taken cells of several patients, over the genes that all have."""

    genes: tuple[str, ...]
    lines: Any
    """L x g."""
    cells: Any
    """n x g sparse levels, patient after patient."""


def joint_space(lines: "BulkLines", parts: Sequence[PatientCells]) -> JointSpace:
    """The genes of the lines that every patient's cells have.

    Raises
    ------
    InputError
        There is none.
    """
    from scipy.sparse import vstack

    spaces = [shared_space(lines, part.matrix.take(part.taken)) for part in parts]
    genes = tuple(sorted(set.intersection(*(set(space.genes) for space in spaces))))
    if not genes:
        raise InputError(
            "the patients' cells have no gene in common", where="cells train", remedy="take them one by one"
        )
    place = {gene: i for i, gene in enumerate(spaces[0].genes)}
    cells = [levels_over(part.matrix.take(part.taken), genes, lines.index) for part in parts]
    return JointSpace(genes, spaces[0].lines[:, [place[gene] for gene in genes]], vstack(cells, format="csr"))


def _configuration(request: CellTraining) -> Configuration:
    made = configuration(request.model, **request.changes)
    if (made.supervision == "few-shot") != bool(request.label_column):
        few = made.supervision == "few-shot"
        raise InputError(
            f"{request.model} {'needs labels of cells' if few else 'looks at no label of a cell'}",
            where="--labels",
            remedy="name the column and the sensitive value: --labels COLUMN=VALUE" if few else "leave --labels out",
        )
    return made


def _data(space: JointSpace, lines: "BulkLines", drug: "MeasuredDrug", labels: Any) -> "TransferData":
    from screen.models.single_cell.bulk_to_cells import TransferData

    return TransferData(drug.drug_id, space.genes, space.lines, lines.response(drug.drug_id), space.cells, labels)


def _about(
    drug: "MeasuredDrug", lines: "BulkLines", parts: Sequence[PatientCells], request: CellTraining
) -> dict[str, Any]:
    return {
        "drug_id": drug.drug_id,
        "drug": drug.name,
        "dataset": lines.dataset,
        "metric": lines.metric,
        "cells": request.cell_set.cells,
        "patients": [part.patient_id for part in parts],
        "sources": sorted({part.source_id for part in parts}),
        "cell_labels": request.label_column,
    }


def _store(settings: Settings, bundle: Bundle, drug: "MeasuredDrug", parts: Sequence[PatientCells]) -> None:
    manifest, weights = bundle.to_bytes()
    row = cell_models.CellModelRow(
        model_id=bundle.model_id, drug_id=drug.drug_id, name=manifest["name"], manifest=manifest, weights=weights
    )
    with open_store(settings.store, write=True) as store:
        cell_models.save_cell_model(store, row, [part.patient_id for part in parts])


def _trained(settings: Settings, drug: "MeasuredDrug", model_id: str) -> CellModelTrained:
    with open_store(settings.store) as store:
        manifest = cell_models.manifest_of(store, model_id)
    lines = manifest["lines"]["training"]
    return CellModelTrained(
        drug=drug.name,
        model=manifest["name"],
        model_id=model_id,
        cells=manifest["trained_cells"],
        lines=lines["sensitive"] + lines["resistant"],
        auroc_lines=manifest["auroc"]["test"],
        auroc_through_cells=manifest["auroc"]["test_through_cell_encoder"],
        note=caution(manifest),
    )


def predicts_lines(manifest: dict[str, Any]) -> bool:
    """Whether a model tells sensitive from resistant among its own test lines (AUROC of 0.6 or more)."""
    on_lines = manifest["auroc"]["test"]
    return on_lines is not None and on_lines >= 0.6


def caution(manifest: dict[str, Any]) -> str:
    """What must be known of a model before its probabilities are looked at; '' for nothing."""
    cautions = []
    if manifest["orientation"] < 0:
        cautions.append("validation lines showed the transferred model the wrong way round: turned")
    if not predicts_lines(manifest):
        on_lines = manifest["auroc"]["test"]
        cautions.append(f"hardly predicts its own test lines (AUROC {on_lines}): not to be read on cells")
    if manifest["cell_labels"]:
        cautions.append(f"trained on labels of cells too ({manifest['cell_labels']})")
    return "; ".join(cautions)
