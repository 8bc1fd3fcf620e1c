"""How a plan was made, in sentences that carry the very numbers the code uses, as ``topic: text``."""

from screen.organoid.diversity import RULE
from screen.organoid.doses import DROPLET_NL, TOLERANCE
from screen.organoid.plate import CONTROLS, SHAPES, TIME_ZERO
from screen.organoid.request import Request
from screen.organoid.sets import FAVOURED, LITTLE, MUCH
from screen.organoid.transfers import DEAD_UL, USABLE_NL


def method_lines(request: Request, plates: int) -> list[str]:
    """The rules behind the choice, the layout and the volumes.

    Parameters
    ----------
    plates : plates of one organoid, that of time zero among them
    """
    controls, zero = CONTROLS[request.plate], TIME_ZERO[request.plate]
    return [
        f"Set A: favoured and new. In the best {FAVOURED[0]:.0%} of the ranking ({FAVOURED[1]:.0%} where too few fit), "
        "no record for the indication, not approved for anything",
        f"Set B: favoured and little tested here. As A, but approved elsewhere, or with at most {LITTLE} trials for "
        "the indication, none of phase 3 or 4; not approved here",
        "Set C: comparators. Standard regimens of the indication from a table reviewed by hand, the usual first, as "
        "far as the store knows their drugs; then drugs a source calls approved here, the best ranked first",
        f"Set D: much tested, ranked low. In the worse half of the ranking, approved here or in {MUCH} or more trials "
        "here, the most tested first; where too few fit, by approvals and trials for other tumours",
        f"Diversity: {RULE}. A and B are chosen with regard to each other, D by itself",
        "Places: 6/4/2/4 of 16 for A/B/C/D, in this proportion for other numbers. A drug is in one set only; "
        "drugs idle in culture and the positive control are in none",
        f"Randomisation: seed {request.seed}. A replicate is a block: of neighbouring columns on a single plate, so "
        "that replicates share no row and no column; where several plates are needed, a treatment's replicates lie on "
        "different ones. Within a block all wells are shuffled, controls among them",
        "Edge: the outermost wells hold medium only; so do inner wells left over",
        f"Controls: on each plate {controls['vehicle']} wells of DMSO alone for each amount of DMSO on it, "
        f"{controls['aqueous']} of each other vehicle at its greatest amount, {controls['positive']} positive, "
        f"{controls['untreated']} untreated, {controls['blank']} without cells. The positive control's DMSO is filled "
        "up to the next amount that has a control. Read a well against the control of its own DMSO percentage",
        f"Time zero: one plate with {zero['time_zero']} wells of cells, read when the drugs go on, without which no "
        "growth rate (GR) can be computed",
        f"Volumes: dose = transfer × source strength / well volume, in droplets of {float(DROPLET_NL)} nL, from the "
        f"strongest source within {float(TOLERANCE):.0%} of the dose, for the least vehicle. The well volume is that "
        "after the additions",
        "Quality: judge each plate by Z' of its positive control against the DMSO control of the same percentage "
        "(Zhang et al. 1999): accept from 0.5, look again from 0.3, repeat below",
        *_work(request, plates),
        f"Sources: {DEAD_UL} µL stay in each source well and at most {USABLE_NL // 1000} µL are drawn from it",
    ]


CELLS = {384: 1000, 96: 5000}
"""Seeded a well; the lab's own number goes before it."""
SPARE_CELLS = 1.3


def _work(request: Request, plates: int) -> list[str]:
    """Days and cell numbers."""
    rows, columns = SHAPES[request.plate]
    wells = (rows - 2) * (columns - 2) * plates * request.organoids
    million = wells * CELLS[request.plate] * SPARE_CELLS / 1e6
    organoids = "1 organoid" if request.organoids == 1 else f"{request.organoids} organoids"
    return [
        f"Cells: about {million:.2g} million for {organoids}: {plates} plates each, {CELLS[request.plate]:,} cells a "
        "well (a start, not a rule: use what your line needs) and 30% to spare; medium alone goes into blanks and the "
        "edge",
        "Days: day 0 dissociate, count, seed in matrix, the wells of one organoid in one go; day 1 read plate T0, "
        "dispense the source plates onto the others; day 6 read them all the same way. Seed every organoid's plates on "
        "one day, or each organoid with its own T0",
        "Barcodes: one a plate, in labels.csv; the same stand in results-template.csv, which comes back under this "
        "plan",
    ]
