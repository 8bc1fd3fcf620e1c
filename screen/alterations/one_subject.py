"""All that is known of one subject's alterations: what was called, and in which genes anybody looked."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from screen.alterations.kinds import EXOME, KINDS, state, states
from screen.records import Domain
from screen.store import Store

_CALLS = """
SELECT a.kind, a.scale, a.dataset, a.genes, a.levels, a.details FROM alterations a
WHERE a.domain = $domain AND a.subject_id = $id ORDER BY a.kind, a.dataset, a.sample_id, a.source_id
"""
_COVERED = """
WITH lists AS (
    SELECT g.* FROM gene_lists g LEFT JOIN source_files f USING (source_id)
    QUALIFY row_number() OVER (PARTITION BY g.list_name, g.kind ORDER BY f.ingested DESC NULLS LAST, g.source_id) = 1
)
SELECT c.kind, c.list_name, l.basis, o.genes, c.missing
FROM covered_samples c
LEFT JOIN lists l ON l.list_name = c.list_name AND (l.kind IS NULL OR l.kind = c.kind)
LEFT JOIN gene_orders o USING (gene_order_id)
WHERE c.domain = $domain AND c.subject_id = $id ORDER BY c.kind, c.list_name, c.source_id
"""


@dataclass(frozen=True)
class Call:
    """One gene as one file has it."""

    gene: str
    kind: str
    words: str
    """``p.V600E``, ``amplified``; empty where it is no alteration."""
    strong: bool
    """Counts as altered: no low gain, no shallow loss."""
    dataset: str


@dataclass
class OneSubject:
    """Alterations of one subject by approved symbol, as far as the store's gene tables know them."""

    subject: str
    calls: list[Call] = field(default_factory=list)
    covered: dict[str, set[str]] = field(default_factory=dict)
    """kind -> genes looked at."""
    whole: set[str] = field(default_factory=set)
    """Kinds for which every gene was looked at."""
    bases: dict[str, list[str]] = field(default_factory=dict)
    """kind -> what its coverage stands on, in words."""
    absent: list[str] = field(default_factory=list)
    """Names of lists that the subject was looked at with and that no file brought."""

    @property
    def read(self) -> bool:
        """Whether any file has the subject."""
        return bool(self.calls or self.covered or self.whole or self.absent)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds that any file has the subject for, in the order of ``KINDS``."""
        there = {call.kind for call in self.calls} | set(self.covered) | self.whole
        return tuple(kind for kind in KINDS if kind in there)

    def of_gene(self, gene: str, kind: str) -> list[Call] | None:
        """Alterations of a gene; an empty list where it was looked at and nothing was found; ``None``: unknown."""
        mine = [call for call in self.calls if call.kind == kind and call.gene == gene]
        found = [call for call in mine if call.words]
        if found or mine or kind in self.whole or gene in self.covered.get(kind, ()):
            return found
        return None


def one_subject(store: Store, domain: Domain, subject: str, synonyms: dict[str, str] | None = None) -> OneSubject:
    """What the store knows of a subject.

    Parameters
    ----------
    subject : id as the files have it: a patient's is the same everywhere
    synonyms : alias in capitals -> approved symbol
    """
    names = synonyms or {}
    known = OneSubject(subject)
    for kind, scale, dataset, genes, levels, details in store.sql(_CALLS, domain=domain, id=subject).iter_rows():
        strength = np.abs(states(np.array(levels, dtype=np.float32), scale))
        for place, gene in enumerate(genes):
            words = state(kind, levels[place], scale, (details[place] if details else "") or "")
            strong = bool(strength[place] >= (1 if scale == "gain_loss" else 2))
            known.calls.append(Call(names.get(gene.upper(), gene), kind, words, strong, dataset))
    for kind, name, basis, genes, missing in store.sql(_COVERED, domain=domain, id=subject).iter_rows():
        if name == EXOME:
            known.whole.add(kind)
            known.bases.setdefault(kind, []).append("whole exome, as declared")
        elif genes is None:
            known.absent += [name] if _is_named(name) and name not in known.absent else []
        else:
            looked_at = known.covered.setdefault(kind, set())
            looked_at |= _approved({*genes} - {*(missing or ())}, names)
            known.bases.setdefault(kind, []).extend([basis] if basis not in known.bases.get(kind, []) else [])
    return known


def _is_named(name: str) -> bool:
    return not name.startswith("published table:")


def _approved(genes: Iterable[str], names: dict[str, str]) -> set[str]:
    return {names.get(gene.upper(), gene) for gene in genes}
