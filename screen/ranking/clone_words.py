"""What is said of a patient's clones, in sentences."""

from typing import TYPE_CHECKING

import polars as pl

from screen.ranking.clone_request import MALIGNANT, CloneRequest

if TYPE_CHECKING:
    from screen.ranking.clone_groups import Groups
    from screen.ranking.clone_scoring import CloneScores

FORMAT_TEST = (
    "A test of the format, no finding about a tumour: {count} of the {taken} cells taken are not known to be malignant."
)
_USUAL = 50
_BATCH = 0.9


def clone_sentence(found: "Groups", made: "CloneScores | None") -> str:
    """How many clones, and the smallest set of drugs, in one sentence."""
    if made is None:
        return found.none
    clones = f"{len(found.groups)} clone{'s' if len(found.groups) != 1 else ''} of {len(found.taken)} cells"
    one = made.result["sets"]["stands_out"]
    count = len(one["drugs"])
    if not count:
        return f"{clones}; no drug stands out in any of them."
    reach = "" if one["reaches"] else ", and no set reaches 90%"
    drugs = "1 drug that stands out covers" if count == 1 else f"{count} drugs that stand out cover"
    return f"{clones}; {drugs} {one['covered']:.0%} of the cells{reach}."


def clone_notes(found: "Groups", made: "CloneScores | None", request: CloneRequest, indication: str) -> list[str]:
    """What to know before reading the scores; ``indication``: the patient's indication, '' where it is not known."""
    notes: list[str] = []
    if made is None:
        return notes
    if found.not_malignant and request.cells != MALIGNANT:
        notes.append(FORMAT_TEST.format(count=found.not_malignant, taken=len(found.taken)))
    if request.model and request.model != indication:
        notes.append(
            f"Scored by the model of {request.model}; the patient's tumour is {indication or 'of no known type'}."
        )
    if request.min_cells < _USUAL:
        notes.append(f"Clones of {request.min_cells} cells are taken; below {_USUAL} a profile is mostly noise.")
    if found.small:
        named = ", ".join(f"{name} ({cells})" for name, cells in found.small[:5])
        notes.append(f"Too small to be scored, covered by no drug here: {named}.")
    notes += [_batch(row) for row in made.clones.iter_rows(named=True) if _of_one_sample(row)]
    clones = made.clones.filter(pl.col("clone") != "all")
    outside = clones.filter(~pl.col("inside_domain"))["clone"].to_list()
    if outside:
        notes.append(
            f"Outside what the model knows: {', '.join(outside)}. A profile of cells differs from a whole tumour's "
            "by its protocol and by what lies around the tumour."
        )
    return notes


def _of_one_sample(row: dict[str, object]) -> bool:
    share, expected = row["sample_share"], row["sample_expected"]
    return row["clone"] != "all" and share is not None and float(share) >= _BATCH > float(expected)  # type: ignore[arg-type]


def _batch(row: dict[str, object]) -> str:
    return (
        f"{row['clone']}: {row['sample_share']:.0%} of its cells are of sample {row['main_sample']}, which has "
        f"{row['sample_expected']:.0%} of all: a batch looks like this too."
    )
