"""What a tumour type is: TCGA codes, the OncoTree nodes each stands for, the words people use for it.

The tables are in ``db/indications``: ``codes.csv`` (code, name, members, OncoTree nodes), ``terms.csv`` (words as
written and what they mean) and ``rules.csv`` (which meanings make which code). They were written by hand and every
doubtful row carries its reason.
"""

from screen.indications.codes import all_codes, known, members, name, of_patients, require
from screen.indications.conditions import Mapped, map_condition
from screen.indications.tree import OncoTree, from_oncotree

__all__ = [
    "Mapped",
    "OncoTree",
    "all_codes",
    "from_oncotree",
    "known",
    "map_condition",
    "members",
    "name",
    "of_patients",
    "require",
]
