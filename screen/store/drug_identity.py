"""Which drug each name means: derived tables ``drug_keys``, ``drugs`` and ``drug_conflicts``, rebuilt in SQL.

A name is a claim on a structure. The claim of the best authority is taken; within one authority a main name before
a synonym; then the structure that most sources, then most rows, give; then the smallest id. A synonym means whatever
its main name means. What was claimed and not taken is listed in ``drug_conflicts``; a synonym that several drugs of
one authority claim, and no main name settles, means none of them (``taken`` is empty there).

A name without a structure in its source takes the one structure that its synonyms there agree on. Failing
that, the main name and its synonyms are one drug without a structure, ``name:<key of the main name>``. Two main names
that sources call each other's synonym are one drug.
"""

from screen.resources import query
from screen.store.database import Store

READ_TABLES = frozenset({"drug_names", "drug_structures", "drug_facts", "responses", "given_drugs"})
"""Facts that ``resolve_drugs`` reads: only a change of theirs calls for it."""
_ROUNDS = 2
"""A synonym's main name may itself be another source's synonym: meanings settle along such chains."""
_STEPS = (
    *("named", "main_claims", "meant_at_first"),
    *("groups", "claims", "meant") * _ROUNDS,
    *("merged", "merge", "conflicts", "met", "keys", "drugs"),
)
"""Statements of ``db/queries/drug_identity``, in order."""


def resolve_drugs(store: Store) -> None:
    """Rebuild ``drug_keys``, ``drugs`` and ``drug_conflicts`` from the facts. Call inside a transaction.

    ``drugs`` holds every structure that some name means, and every drug named in responses or given to patients;
    ``drug_keys`` leads to these drugs only, so a vocabulary of names alone adds none.
    """
    for table in ("drug_keys", "drugs", "drug_conflicts"):
        store.run(f"DELETE FROM {table}")
    for step in _STEPS:
        store.run(query(f"drug_identity/{step}"))
    for table in ("named", "main_claims", "meant", "groups", "claims", "merged", "met"):
        store.run(f"DROP TABLE {table}")
