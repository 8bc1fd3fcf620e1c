"""Markers of drugs in an indication as a step of the pipeline: from the store, into the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screen import indications
from screen.errors import InputError
from screen.settings import Settings
from screen.store import Store, open_store
from screen.tasks.progress import Progress, silent

if TYPE_CHECKING:
    from screen.biomarkers.marker_analysis import MarkerAnalysis


@dataclass(frozen=True, kw_only=True)
class MarkersFound:
    """What became of one drug in one indication."""

    indication: str
    drug: str
    lines: int
    patients: int
    events: int
    endpoint: str
    treated: int
    tests: int
    """Of association, over all drugs of the call."""
    associated: int
    prognostic: int
    predictive: int
    not_testable: str
    leading: str
    """The first by p."""


def biomarkers(
    settings: Settings,
    code: str,
    drugs: Sequence[str] = (),
    drugs_file: Path | None = None,
    endpoint: str | None = None,
    progress: Progress = silent,
) -> list[MarkersFound]:
    """Test every gene and alteration at hand as a marker of some drugs in an indication, and store what was found.

    Parameters
    ----------
    drugs_file : further names, one a line
    endpoint : OS, PFI, DSS or DFI; ``None``: the first that TCGA-CDR does not advise against

    Raises
    ------
    InputError
        No drug, or one that was neither measured nor given; an endpoint that is refused.
    StoreError
        No responses, or no expression, of cell lines.
    """
    from screen.biomarkers.line_responses import drug_of, responses_of
    from screen.biomarkers.marker_analysis import analyse_markers
    from screen.biomarkers.marker_matrix import line_markers
    from screen.biomarkers.patient_markers import patient_cohort
    from screen.store.biomarker_tables import save_markers

    code = indications.require(code, "biomarkers")
    names = [*drugs, *_listed(drugs_file)]
    if not names:
        raise InputError("no drug", where="biomarkers", remedy="name one with --drug, or many with --drugs-file FILE")
    with open_store(settings.store) as store:
        responses = responses_of(store, settings)
        chosen = list({drug.drug_id: drug for drug in (drug_of(store, responses, name) for name in names)}.values())
        lines = line_markers(store, settings, responses.lines)
        cohort = patient_cohort(store, code, endpoint)
        found = analyse_markers(store, code, chosen, responses, lines, cohort, settings.seed, progress)
        basis = _basis(store, settings, [drug.drug_id for drug in chosen], endpoint)
    with open_store(settings.store, write=True) as store:
        save_markers(store, [(_identity(basis, one), one.manifest, one.rows) for one in found])
    return [_summary(one) for one in found]


def _listed(file: Path | None) -> list[str]:
    if file is None:
        return []
    if not file.is_file():
        raise InputError("no such file", where=str(file), remedy="a text file, one drug's name a line")
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [name for line in lines if (name := line.strip()) and not name.startswith("#")]


def _basis(store: Store, settings: Settings, drug_ids: Sequence[str], endpoint: str | None) -> dict[str, Any]:
    files = store.sql("SELECT source_id FROM source_files ORDER BY 1")["source_id"].to_list()
    return {"files": files, "drugs": list(drug_ids), "endpoint": endpoint, "settings": settings.printed(), "version": 1}


def _identity(basis: dict[str, Any], one: "MarkerAnalysis") -> str:
    from screen.tasks.cache import content_key

    return content_key([basis, one.manifest])


def _summary(one: "MarkerAnalysis") -> MarkersFound:
    import polars as pl

    manifest, rows = one.manifest, one.rows
    counts = {
        name: rows.filter(pl.col(f"{name}_verdict") == "supported").height
        for name in ("association", "prognostic", "predictive")
    }
    first = rows.drop_nulls("association_p").sort("association_p", "feature").head(4)
    leading = ", ".join(f"{row['feature']} {row['kind']} {row['association']:+.2f}" for row in first.to_dicts())
    without = (("cell lines", "lines"), ("prognostic", "patients"), ("predictive", "treated"))
    return MarkersFound(
        indication=manifest["indication"],
        drug=one.drug.name,
        lines=manifest["lines"]["n"],
        patients=manifest["patients"]["n"],
        events=manifest["patients"]["events"],
        endpoint=manifest["patients"]["endpoint"],
        treated=manifest["treated"]["n"],
        tests=manifest["tests"]["association"],
        associated=counts["association"],
        prognostic=counts["prognostic"],
        predictive=counts["predictive"],
        not_testable="; ".join(f"{what}: {why}" for what, key in without if (why := manifest[key]["untestable"])),
        leading=leading,
    )
