"""A drug's page: what it is, where it is scored, what is recorded of it."""

from dataclasses import dataclass
from typing import Any

from screen.errors import InputError
from screen.report.content import glossary
from screen.view.reading import Reading

_FACTS = """
SELECT drug_id, name, smiles, aliases, targets, coalesce(nullif(mechanism, ''), pathway, '') AS mechanism, hub_phase
FROM drugs WHERE drug_id = $id
"""
_REASONS = """
SELECT n.indication, r.reason FROM run_drugs r JOIN current_runs n USING (run_id)
WHERE r.drug_id = $id AND NOT r.scored ORDER BY 1
"""
_RECORDS = "SELECT count(*) FROM evidence WHERE drug_id = $id"
_SCORED = "SELECT count(*) FROM scores JOIN current_runs USING (run_id) WHERE drug_id = $id"


@dataclass(frozen=True)
class DrugPage:
    """Everything that stands above the table of scores."""

    drug_id: str
    name: str
    mechanism: str
    targets: tuple[str, ...]
    aliases: tuple[str, ...]
    phase: str
    link: str
    """Where it is described, of a drug with a structure."""
    scores: int
    records: int
    unscored: tuple[tuple[str, str], ...]
    """Indication and reason, of the rankings that left it out."""


def drug_page(reading: Reading, drug_id: str) -> DrugPage:
    """Gather a drug's page.

    Raises
    ------
    InputError
        The store knows no such drug, and nothing is recorded of it.
    """
    rows = reading.store.sql(_FACTS, id=drug_id).to_dicts()
    records = int(reading.store.scalar(_RECORDS, id=drug_id))
    if not rows and not records:
        raise InputError(
            f"no drug {drug_id[:80]!r}",
            where="drug",
            remedy="names are listed by: crescreen export drugs --out drugs.csv",
        )
    facts: dict[str, Any] = rows[0] if rows else {}
    return DrugPage(
        drug_id=drug_id,
        name=facts.get("name") or drug_id.removeprefix("name:"),
        mechanism=facts.get("mechanism") or "",
        targets=tuple(facts.get("targets") or ()),
        aliases=tuple(facts.get("aliases") or ())[:12],
        phase=facts.get("hub_phase") or "",
        link=glossary.drug_link(drug_id),
        scores=int(reading.store.scalar(_SCORED, id=drug_id)),
        records=records,
        unscored=tuple(reading.store.sql(_REASONS, id=drug_id).iter_rows()),
    )
