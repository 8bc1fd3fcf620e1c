"""Pictures of a patient's single cells as files: maps, violins, key genes, pseudotime, each with its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from markupsafe import Markup
from numpy.typing import NDArray

from screen import resources
from screen.cells.cell_matrix import CellMatrix
from screen.cells.clustering import components
from screen.cells.pseudotime import pseudotime, root_of
from screen.errors import InputError
from screen.ranking.cell_steps import matrix_of_patient
from screen.report.cell_picture_parts import (
    CellPicture,
    Prediction,
    course_picture,
    dot_picture,
    gene_picture,
    map_picture,
    violin_picture,
)
from screen.report.content.clone_section import clone_section
from screen.report.file_names import safe_name
from screen.settings import Settings
from screen.store import Store, cell_explanations, cell_models, open_store
from screen.tasks.files import write_whole

if TYPE_CHECKING:
    pass

Doubles = NDArray[np.float64]

MOST_DRAWN = 6_000
"""Cells of a picture, sampled by the seed; tables have all."""
MOST_DRUGS = 4


@dataclass(frozen=True, kw_only=True)
class PictureRequest:
    """What is drawn."""

    patient_id: str
    labels: str = ""
    """A column of the cells that stands beside the predictions; ''"""
    root: str = ""
    """``COLUMN=VALUE``: the cells that pseudotime begins at; '' for none."""
    drugs: tuple[str, ...] = ()
    """Names; none: those scored last."""


def draw_cells(settings: Settings, request: PictureRequest, out: Path) -> list[Path]:
    """Write ``cells-PATIENT.html`` and, picture by picture, an SVG and a CSV; the files written.

    Raises
    ------
    StoreError
        No cells of this patient.
    InputError
        No such column or value, or a drug that no model of cells scored.
    """
    with open_store(settings.store) as store:
        matrix = matrix_of_patient(store, request.patient_id)
        predictions = _predictions(store, request, len(matrix))
        section = clone_section(store, request.patient_id, settings.ranking.potency_floor)
        genes = {
            one.drug: cell_explanations.key_genes_of(store, one.model_id, request.patient_id) for one in predictions
        }
    made = pictures(matrix, predictions, genes, request, settings.seed)
    if section.scored:
        made.append(dot_picture(section))
    name = safe_name("cell-pictures", request.patient_id)
    files = {f"{name}.html": _page(request, made).encode()}
    for one in made:
        files[f"{name}-{one.name}.svg"] = str(one.drawing).encode()
        files[f"{name}-{one.name}.csv"] = one.table.write_csv().encode()
    out.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        write_whole(out / file, content)
    return [out / file for file in files]


def _predictions(store: Store, request: PictureRequest, cells: int) -> list[Prediction]:
    source = cell_models.source_of(store, request.patient_id)
    rows = store.sql(
        """SELECT m.model_id, m.name, coalesce(d.name, m.drug_id) AS drug
           FROM cell_models m LEFT JOIN drugs d USING (drug_id)
           WHERE m.model_id IN (SELECT model_id FROM cell_predictions
                                WHERE patient_id = $patient AND source_id = $source)
           ORDER BY m.trained DESC""",
        patient=request.patient_id,
        source=source,
    )
    newest = {row["drug"]: row for row in reversed(rows.to_dicts())}
    wanted = {name.lower() for name in request.drugs}
    chosen = [row for drug, row in newest.items() if not wanted or drug.lower() in wanted]
    if missing := sorted(wanted - {row["drug"].lower() for row in chosen}):
        raise InputError(
            f"no cell of {request.patient_id} was scored for {missing[0]!r}",
            where="--drug",
            remedy=f"score them: crescreen cells score DRUG --patient {request.patient_id}",
        )
    found = []
    for row in sorted(chosen[-MOST_DRUGS:], key=lambda one: str(one["drug"])):
        scores = cell_models.predictions_of(store, row["model_id"], source, request.patient_id)
        values = [
            scores[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("probability", "before_transfer")
        ]
        if len(values[0]) == cells:
            found.append(
                Prediction(
                    drug=row["drug"],
                    model=row["name"],
                    model_id=row["model_id"],
                    probability=values[0],
                    before=values[1],
                )
            )
    return found


def pictures(
    matrix: CellMatrix,
    predictions: Sequence[Prediction],
    genes: dict[str, pl.DataFrame],
    request: PictureRequest,
    seed: int,
) -> list[CellPicture]:
    """All pictures that there is something for.

    Parameters
    ----------
    genes : drug -> rows of ``key_genes``
    """
    points = components(matrix, seed)
    rng = np.random.default_rng((seed, 101))
    count = len(matrix)
    shown = np.arange(count) if count <= MOST_DRAWN else np.sort(rng.choice(count, MOST_DRAWN, replace=False))
    time = _pseudotime(matrix, points, request.root)
    labels = (request.labels, _column(matrix, request.labels, "--labels")) if request.labels else None
    made = [map_picture(matrix, points, predictions, labels, time, shown, seed)]
    for one in predictions:
        if violin := violin_picture(matrix, one):
            made.append(violin)
        if heat := gene_picture(matrix, one, genes[one.drug]):
            made.append(heat)
        if time is not None and (course := course_picture(one, time, request.root, shown)):
            made.append(course)
    return made


def _column(matrix: CellMatrix, name: str, where: str) -> list[str | None]:
    values = matrix.column(name)
    if values is None:
        there = [*matrix.other.columns, *matrix.cells.columns[1:]]
        raise InputError(f"no column {name!r} of cells", where=where, remedy=f"there are: {', '.join(there[:12])}")
    return [None if one is None else str(one) for one in values]


def _pseudotime(matrix: CellMatrix, points: Doubles, root: str) -> Doubles | None:
    if not root:
        return None
    column, equals, value = root.partition("=")
    if not equals:
        raise InputError(f"no value in {root!r}", where="--root", remedy="give COLUMN=VALUE, the cells it begins at")
    group = np.array([one == value.strip() for one in _column(matrix, column.strip(), "--root")])
    if not group.any():
        raise InputError(f"no cell has {value!r} in {column!r}", where="--root", remedy="name one of its values")
    return pseudotime(points, root_of(points, group))


def _page(request: PictureRequest, made: Sequence[CellPicture]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = resources.folder("templates")
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup((folder / "style.css").read_text(encoding="utf-8"))
    name = safe_name("cell-pictures", request.patient_id)
    return environment.get_template("cell_pictures.html").render(
        patient=request.patient_id, pictures=made, style=style, files=name
    )
