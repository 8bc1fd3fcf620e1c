"""What the lab must know before it pipettes, as ``topic: text``."""

from collections.abc import Iterable, Iterator, Sequence

from screen.organoid.candidates import Candidate
from screen.organoid.compounds import Purchase
from screen.organoid.doses import percent
from screen.organoid.request import Request
from screen.organoid.transfers import SourceWell
from screen.organoid.treatment import Treatment
from screen.organoid.well_contents import Compound, Filling

MOST_ADDED_PCT = 5.0
"""Added volume above which medium is diluted noticeably."""
SHOWN = 6


def cautions(
    request: Request,
    treatments: Sequence[Treatment],
    tests: Sequence[Filling],
    compounds: Sequence[Compound],
    sources: Sequence[SourceWell],
    bought: Sequence[Purchase],
    ranked: Sequence[Candidate],
) -> list[str]:
    """All that applies to a plan."""
    return [
        *_dmso(request, tests),
        *(f"Vehicle: {c.stock.caution}" for c in compounds if c.stock.caution),
        *_volume(request, tests),
        *_rounded(tests),
        *_sources(sources),
        *_together(treatments),
        *_unsearched(treatments, ranked),
        *_bought(bought),
    ]


def _dmso(request: Request, tests: Sequence[Filling]) -> Iterator[str]:
    """One line for each amount of DMSO above the limit."""
    seen: dict[float, dict[float, list[str]]] = {}
    for test in tests:
        share = percent(test.dmso_nL, request.well_uL)
        if share > request.dmso_limit_pct:
            seen.setdefault(share, {}).setdefault(float(test.target_uM or 0), []).append(str(test.treatment))
    # Dose = percent x 10 x mM: what a limit of percent allows.
    highest = request.dmso_limit_pct * 10 * request.stock_mM
    for share, doses in sorted(seen.items(), reverse=True):
        where = "; ".join(f"{dose:g} µM of {_which(codes)}" for dose, codes in sorted(doses.items()))
        yield (
            f"DMSO: {share:.2f}% of the well ({where}), above the limit of {request.dmso_limit_pct:g}%; judge these "
            f"wells by their own DMSO controls, or stay at {highest:g} µM, or use a stronger stock than "
            f"{request.stock_mM:g} mM"
        )


def _volume(request: Request, tests: Sequence[Filling]) -> Iterator[str]:
    for test in tests:
        share = percent(test.volume_nL, request.well_uL)
        if share > MOST_ADDED_PCT:
            yield (
                f"Volume: {test.treatment} at {test.target_uM:g} µM adds {share:.1f}% to the well; dispense that "
                "much less medium there, or leave this dose out"
            )


def _rounded(tests: Sequence[Filling]) -> Iterator[str]:
    off = [(t, p) for t in tests for p in t.parts if p.compound and abs(float(p.dose_uM) / p.target_uM - 1) > 1e-6]
    if off:
        doses = dict.fromkeys(f"{float(p.dose_uM):.3g} for {p.target_uM:g} µM" for t, p in off)
        codes = dict.fromkeys(str(t.treatment) for t, _ in off)
        yield f"Doses: in whole droplets of 2.5 nL some of {_which(list(codes))} differ: {_listed(doses)}"


def _sources(sources: Sequence[SourceWell]) -> Iterator[str]:
    wells: dict[str, int] = {}
    for source in sources:
        if source.level in (0, 1):
            name = source.compound.name if source.compound else f"{source.vehicle} alone"
            wells[name] = wells.get(name, 0) + 1
    many = [f"{name} ({n} wells)" for name, n in sorted(wells.items()) if n > 1]
    if many:
        yield f"Source wells: one would run out for {_listed(many)}; the lists change over to the next one"


def _together(treatments: Sequence[Treatment]) -> Iterator[str]:
    several = [t.code for t in treatments if len(t.drug_ids) > 1]
    if several:
        yield (
            f"Combinations: in {_listed(several)} each drug is given at the same step of its own doses, which is not "
            "the ratio of the clinic"
        )


def _unsearched(treatments: Sequence[Treatment], ranked: Sequence[Candidate]) -> Iterator[str]:
    searched = {d.drug_id: d.searched for d in ranked}
    codes = [t.code for t in treatments if t.set_name in "AB" and not searched.get(t.drug_ids[0], False)]
    if codes:
        yield (
            f"Evidence: no source in the store was searched in full for {_listed(codes)}; look the trials up before "
            "calling them new"
        )


def _bought(bought: Sequence[Purchase]) -> Iterator[str]:
    unknown = [p.name for p in bought if not p.vendor]
    if unknown:
        yield f"Compounds: no sample of the Repurposing Hub is known for {_listed(unknown)}"
    if any(not p.salt for p in bought):
        yield (
            "Compounds: masses are of the parent; where the vial holds a salt, weigh more by the ratio of the "
            "molecular weights. Whether each dissolves at its stock strength is not known here"
        )


def _which(codes: Sequence[str]) -> str:
    return _listed(codes) if len(codes) <= SHOWN else f"{len(codes)} treatments"


def _listed(items: Iterable[str]) -> str:
    items = list(items)
    return ", ".join(items[:SHOWN]) + (f" and {len(items) - SHOWN} more" if len(items) > SHOWN else "")
