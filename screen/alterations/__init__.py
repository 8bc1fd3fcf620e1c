"""What an alteration is: kinds, scales, the genes that were looked at, and alterations as a matrix."""

from screen.alterations.kinds import EXOME, KINDS, SCALES, state, states
from screen.alterations.subject_matrix import AlterationMatrix, alteration_matrix, sources_of

__all__ = ["EXOME", "KINDS", "SCALES", "AlterationMatrix", "alteration_matrix", "sources_of", "state", "states"]
