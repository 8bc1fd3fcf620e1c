"""What a drug's potency in cell lines means in a patient: the peak in plasma beside the IC50 that lines needed."""

from collections.abc import Iterable
from dataclasses import dataclass

from screen.store import Store

_REACHED = """
WITH peaks AS (
    SELECT k.drug_id, min(p.peak_uM) AS peak_uM, arg_min(p.citation, p.peak_uM) AS citation,
           arg_min(p.unbound, p.peak_uM) AS unbound, count(DISTINCT p.peak_uM) AS values
    FROM plasma_peaks p JOIN drug_keys k USING (drug_key)
    WHERE list_contains($drugs, k.drug_id) GROUP BY k.drug_id
), potencies AS (
    SELECT p.drug_id, p.dataset, exp(median(r.value)) AS ic50_uM, count(*) AS lines,
           count(*) FILTER (exp(r.value) <= p.peak_uM) AS reached
    FROM (SELECT DISTINCT p.*, r.dataset FROM peaks p JOIN pair_responses r USING (drug_id)) p
    JOIN pair_responses r ON r.drug_id = p.drug_id AND r.dataset = p.dataset AND r.metric = 'LN_IC50'
    GROUP BY p.drug_id, p.dataset
)
SELECT drug_id, peak_uM, unbound, values, citation, arg_max(dataset, lines) AS dataset,
       arg_max(ic50_uM, lines) AS ic50_uM, max(lines) AS lines, arg_max(reached, lines) AS reached
FROM peaks LEFT JOIN potencies USING (drug_id)
GROUP BY drug_id, peak_uM, unbound, values, citation
ORDER BY drug_id
"""


@dataclass(frozen=True, kw_only=True)
class PlasmaPeak:
    """A drug's peak concentration in patients' plasma, beside its potency in cell lines."""

    peak_uM: float
    """Total concentration, as the source gives it; of several values the lowest."""
    unbound: float | None
    """Share of it that is not bound to protein, 0 to 1; ``None``: not given."""
    values: int
    """Different peaks in the tables read."""
    citation: str
    dataset: str | None
    """The screen with most lines; ``None`` where the drug's IC50 was not measured."""
    ic50_uM: float | None
    """Median over its lines."""
    lines: int | None
    reached: int | None
    """Lines whose IC50 is at most the peak."""

    @property
    def says(self) -> str:
        """One sentence for a page."""
        peak = f"peak in plasma {self.peak_uM:.2g} µM"
        if self.values > 1:
            peak += f", the lowest of {self.values}"
        if self.unbound is not None:
            peak += f", {self.unbound:.0%} of it unbound"
        if not self.lines or self.ic50_uM is None or self.reached is None:
            return f"{peak} ({self.citation}), no IC50 in cell lines to hold it against"
        return (
            f"{peak} ({self.citation}), median IC50 {self.ic50_uM:.2g} µM in {self.dataset}, "
            f"{self.reached} of {self.lines} cell lines at or below the peak"
        )


def plasma_peaks(store: Store, drug_ids: Iterable[str]) -> dict[str, PlasmaPeak]:
    """drug_id -> peak and potency, of drugs in the tables that the user brought; without such a table, empty."""
    rows = store.sql(_REACHED, drugs=list(drug_ids)).iter_rows(named=True)
    return {row.pop("drug_id"): PlasmaPeak(**row) for row in rows}
