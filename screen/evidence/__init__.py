"""Records linked to drugs and indications. Evidence stands beside a ranking; it changes no score and no order.

``refresh`` rebuilds four derived tables from the facts:

condition_codes   every condition text met and the TCGA codes it stands for, or why for none
evidence          one row a drug, an indication and a record (trial, label, hub)
searched          which pairs each kind of evidence has searched through
unlinked          names and conditions that found no home, with counts

A pair counts as searched for the label over all records when a source of any kind with a declared coverage covers it,
and for the label by trials when a source of trials does. A partial snapshot searches nothing: it proves presence,
never absence. Blank text in the Repurposing Hub is no record either way.
"""

from screen.evidence.labelling import labels, marks
from screen.evidence.linking import READ_TABLES, refresh

__all__ = ["READ_TABLES", "labels", "marks", "refresh"]
