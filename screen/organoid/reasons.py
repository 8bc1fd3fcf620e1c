"""Why a drug is in a set, in one line."""

from screen.organoid.candidates import Candidate
from screen.organoid.curated import Regimen
from screen.organoid.diversity import Pick


def favoured(pick: Pick, code: str) -> str:
    """Of a drug of set A or B."""
    drug = pick.drug
    approval = "approved elsewhere" if drug.approved else "no approval known"
    like = f"; most like {pick.like.name} ({pick.similarity:.2f})" if pick.like and pick.similarity > 0 else ""
    return f"{place(drug)}; {_recorded(drug, code)}; {approval}{like}"


def tested(pick: Pick, code: str) -> str:
    """Of a drug of set D."""
    drug = pick.drug
    approval = f"approved for {code}" if drug.approved_here else "approved elsewhere" if drug.approved else ""
    away = drug.trials - drug.trials_here
    counts = [_trials(drug.trials_here, code)] * (drug.trials_here > 0)
    counts += [_trials(away, "other tumours")] * (not drug.approved_here and away > 0)
    yet = ", ".join(filter(None, (*counts, approval)))
    return f"rank {drug.place} of {drug.of}, yet {yet}: does the model miss it?"


def standard(regimen: Regimen, drugs: list[Candidate | None]) -> str:
    """Of a regimen of set C; None for a drug that is not scored."""
    ranks = " and ".join(f"rank {d.place} of {d.of}" if d else "not scored" for d in drugs)
    return "; ".join(filter(None, (regimen.setting, regimen.source, ranks, regimen.note)))


def labelled(drug: Candidate, code: str) -> str:
    """Of a comparator that no regimen names."""
    return f"approved for {code} by a source in the store; {place(drug)}"


def place(drug: Candidate) -> str:
    """Where the drug ranks, and over a cohort how often it is shortlisted."""
    share = "" if drug.share is None else f", on the shortlist of {drug.share * 100:.0f}% of the patients"
    return f"rank {drug.place} of {drug.of}{share}"


def _recorded(drug: Candidate, code: str) -> str:
    if drug.trials_here:
        return f"{_trials(drug.trials_here, code)}, none late"
    if drug.records_here:
        return f"listed for {code}, no trial"
    return f"no record for {code}" + ("" if drug.searched else " known, not searched in full")


def _trials(count: int, what: str) -> str:
    return f"{count} trial{'' if count == 1 else 's'} for {what}"
