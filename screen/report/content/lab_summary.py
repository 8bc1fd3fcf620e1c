"""The answer of a lab report, and what to watch."""

from collections.abc import Iterator, Sequence

from screen.report.content import glossary
from screen.report.content.cautions import Caution
from screen.report.content.lab_curves import CurveRow
from screen.report.content.lab_records import OrganoidResult, PlateRow
from screen.results.comparisons import SetComparison

_ORGANOIDS = 4
_LOOKS = 6


def answer_of(
    organoids: Sequence[OrganoidResult], comparisons: Sequence[SetComparison], plates: Sequence[PlateRow]
) -> str:
    """Which treatments worked, what the sets say, whether the plates can be trusted."""
    parts = [
        f"On {one.organoid_id} {len(one.worked)} of {glossary.count(len(one.curves), 'treatment')} worked: "
        f"{glossary.listed(one.worked, 3) if one.worked else 'none'}."
        for one in organoids[:_ORGANOIDS]
    ]
    parts += [_of_ranking(one) for one in organoids[:_ORGANOIDS] if one.results is not None]
    if len(organoids) > _ORGANOIDS:
        parts.append(f"{len(organoids) - _ORGANOIDS} more organoids are below.")
    parts += _claim(comparisons, len(organoids))
    failed = [one.plate for one in plates if one.verdict == "fail"]
    which = f" ({glossary.listed(failed, 2)}): nothing is learned from them." if failed else "."
    return " ".join([*parts, f"{len(failed)} of {glossary.count(len(plates), 'plate')} failed quality control{which}"])


def _of_ranking(one: OrganoidResult) -> str:
    """What changed in the organoid's ranking, and what to test next."""
    results = one.results
    if results is None:
        return ""
    whose = f"For {one.organoid_id}: "
    update = results.update
    now = f"with the plate {glossary.listed([drug.name for drug in update.first], 3)} rank first; " if update else ""
    following = f"test next {glossary.listed(results.best_next, 3)}." if results.best_next else "nothing to test next."
    return whose + now + following


def _claim(comparisons: Sequence[SetComparison], organoids: int) -> Iterator[str]:
    for one in comparisons:
        wanted = one.scope == "all" or organoids == 1
        if (one.first, one.second) == ("A", "C") and wanted and one.p is not None:
            yield (
                f"Set A against C: {one.difference:+.2f} in area ({glossary.interval(one.low, one.high)}), "
                f"p {glossary.p_value(one.p)}: {one.reading}."
            )


def cautions_of(plates: Sequence[PlateRow], rows: Sequence[CurveRow]) -> Iterator[Caution]:
    """What to weigh, the gravest first."""
    for one in plates:
        if one.verdict == "fail":
            yield Caution("Plate failed", f"{one.plate}: {one.reason}.")
    for one in [plate for plate in plates if plate.verdict == "look"][:_LOOKS]:
        yield Caution("Look at", f"{one.plate}: {one.reason}.")
    relative = list(dict.fromkeys(row.name for row in rows if row.dose_unit != "uM"))
    if relative:
        which = (
            "all treatments"
            if all(row.dose_unit != "uM" for row in rows)
            else glossary.count(len(relative), "treatment")
        )
        yield Caution(
            "Relative doses",
            f"The layout names no unit for {which}: areas are over the doses tested, there is no IC50, and no ranking "
            "learns from them. A table of each drug's top dose (--doses FILE of results add) gives them one.",
        )
    elif rows and all(row.range_share is None for row in rows if len(row.drug_ids) == 1):
        yield Caution(
            "Training doses",
            "At which doses the training screen tested these drugs is not in the store: areas are over the doses "
            "tested. Read its file again with this version: crescreen ingest FILE --replace FILE.",
        )
    hooked = list(dict.fromkeys(row.name for row in rows if row.hook))
    if hooked:
        yield Caution("Hook", f"Viability rises again at the highest dose: {glossary.listed(hooked, 5)}.")
    few = sum(row.code == "mean" for row in rows)
    if few:
        treatments = glossary.count(few, "treatment")
        yield Caution("Few doses", f"{treatments} with fewer than four doses: the mean is given, no curve.")
