"""The doses of each treatment: those given by hand, or each drug's own ladder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screen.organoid.ladder import ladder, potencies
from screen.organoid.plan_cautions import MOST_ADDED_PCT
from screen.organoid.request import Request
from screen.organoid.treatment import Treatment
from screen.organoid.well_contents import Compound
from screen.store import Store


@dataclass(frozen=True)
class TreatmentDoses:
    """The doses of one treatment."""

    doses_uM: Mapping[str, tuple[float, ...]]
    """drug_id -> ascending."""
    says: tuple[str, ...]
    """What they stand on, a text a drug."""
    warns: tuple[str, ...]


def treatment_doses(
    store: Store, treatments: Sequence[Treatment], compounds: Mapping[str, Compound], request: Request
) -> dict[str, TreatmentDoses]:
    """Code of a treatment -> its doses."""
    if request.doses:
        return {
            t.code: TreatmentDoses(dict.fromkeys(t.drug_ids, request.doses), ("as given",) * len(t.drug_ids), ())
            for t in treatments
        }
    known = potencies(store, list(compounds))
    found = {}
    for one in treatments:
        in_dmso = sum(compounds[drug].stock.vehicle == "DMSO" for drug in one.drug_ids)
        made = {
            drug: ladder(
                compounds[drug].name, known.get(drug), request.points, _most(compounds[drug], max(1, in_dmso), request)
            )
            for drug in one.drug_ids
        }
        found[one.code] = TreatmentDoses(
            {drug: steps.doses_uM for drug, steps in made.items()},
            tuple(steps.says for steps in made.values()),
            tuple(f"{one.code} {steps.warns}" for steps in made.values() if steps.warns),
        )
    return found


def _most(compound: Compound, sharing: int, request: Request) -> float:
    """Highest dose (uM) within the limit of its vehicle: percent x 10 x mM; drugs of one well share the limit."""
    percent = request.dmso_limit_pct / sharing if compound.stock.vehicle == "DMSO" else MOST_ADDED_PCT
    return percent * 10 * compound.stock.mM
