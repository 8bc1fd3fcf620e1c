"""Genes that models of resistance rest on, drug by drug and model by model, beside plain association."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from screen.report.content.resistance_records import AttributedGene, DrugGenes

SHOWN = 5
_Q = 0.05
"""Of the plain association."""


def attributed_drugs(rows: pl.DataFrame) -> tuple[DrugGenes, ...]:
    """Of one cohort.

    Parameters
    ----------
    rows : of ``export attributions``
    """
    found = []
    for (drug,), of_drug in rows.group_by("drug_name", maintain_order=True):
        each = {str(model): one for (model,), one in of_drug.group_by("model", maintain_order=True)}
        for model, one in each.items():
            others = [set(other["gene"]) for name, other in each.items() if name != model]
            mine = set(one["gene"])
            found.append(
                DrugGenes(
                    drug=str(drug),
                    model=model,
                    genes=tuple(_gene(row) for row in one.sort("rank").head(SHOWN).to_dicts()),
                    listed=one.height,
                    associated=one.filter(pl.col("association_q") <= _Q).height,
                    refit_correlation=one["refit_correlation"][0],
                    common=sum(len(mine & other) for other in others) / len(others) if others else None,
                )
            )
    return tuple(found)


def _gene(row: dict[str, Any]) -> AttributedGene:
    return AttributedGene(
        gene=row["gene"], goes_with=row["goes_with"] or "", again=row["again"], association_rank=row["association_rank"]
    )


def what_they_show(found: Sequence[DrugGenes]) -> str:
    """What the attributions of a cohort's models come to, in a sentence or two; ``""`` where there are none."""
    if not found:
        return ""
    known = [one.refit_correlation for one in found if one.refit_correlation is not None]
    listed, associated = sum(one.listed for one in found), sum(one.associated for one in found)
    steady = sum(one.again for drug in found for one in drug.genes) / max(sum(len(one.genes) for one in found), 1)
    text = f"The first {SHOWN} genes of a model are found again in {steady:.0%} of its refits"
    if known:
        text += f"; the rank correlation of two refits over all genes is {sum(known) / len(known):.2f}"
    return f"{text}. Of the genes listed, {associated / max(listed, 1):.0%} also go with the response by themselves."
