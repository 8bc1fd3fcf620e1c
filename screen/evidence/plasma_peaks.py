"""What a drug's potency in cell lines means in a patient: the peak in plasma beside the IC50 that lines needed."""

from collections.abc import Iterable
from dataclasses import dataclass

from screen.store import Store

_REACHED = """
WITH peaks AS (
    SELECT k.drug_id, count(DISTINCT p.peak_uM) AS values,
           first({'peak': p.peak_uM, 'unbound': p.unbound, 'citation': p.citation}
                 ORDER BY p.peak_uM, p.citation, p.unbound NULLS LAST) AS lowest
    FROM plasma_peaks p JOIN drug_keys k USING (drug_key)
    WHERE list_contains($drugs, k.drug_id) GROUP BY k.drug_id
), potencies AS (
    SELECT p.drug_id, r.dataset, exp(median(r.value)) AS ic50, count(*) AS lines,
           count(*) FILTER (exp(r.value) <= p.lowest.peak) AS reached
    FROM peaks p JOIN pair_responses r ON r.drug_id = p.drug_id AND r.metric = 'LN_IC50'
    GROUP BY p.drug_id, r.dataset
), largest AS (
    SELECT drug_id, first({'dataset': dataset, 'ic50': ic50, 'lines': lines, 'reached': reached}
                          ORDER BY lines DESC, dataset) AS screen
    FROM potencies GROUP BY drug_id
)
SELECT p.drug_id, p.lowest.peak AS peak_uM, p.lowest.unbound AS unbound, p.values, p.lowest.citation AS citation,
       l.screen.dataset AS dataset, l.screen.ic50 AS ic50_uM, l.screen.lines AS lines, l.screen.reached AS reached
FROM peaks p LEFT JOIN largest l USING (drug_id)
ORDER BY p.drug_id
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
