"""One survival analysis as a step of the pipeline: from the store to an answer, and to a file where one is named."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from screen import indications
from screen.settings import Settings
from screen.store import open_store

if TYPE_CHECKING:
    from screen.biomarkers.survival_analysis import Survival
    from screen.biomarkers.survival_cohort import MarkerRequest


def survival(
    settings: Settings,
    code: str,
    marker: "MarkerRequest",
    endpoint: str | None = None,
    within: str | None = None,
    adjust: Sequence[str] = (),
    split: str = "median",
    out: Path | None = None,
) -> "Survival":
    """Compare the follow-up of an indication's patients by a marker; see
    :func:`screen.biomarkers.survival_analysis.analyse`.

    Parameters
    ----------
    out : a file to write, by its ending .html, .pdf, .svg or .json
    """
    from screen.biomarkers.survival_analysis import analyse
    from screen.biomarkers.survival_page import write_survival

    code = indications.require(code, "survival")
    part = indications.require(within, "--within") if within else None
    with open_store(settings.store) as store:
        found = analyse(store, code, marker, endpoint, part, adjust, split)
    if out is not None:
        write_survival(found, out)
    return found
