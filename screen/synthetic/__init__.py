"""The seeded, synthetic cohort of the demo and the tests: no patient, no cell line and no trial in it is real.

The drugs and the genes are real names (``db/demo/``); everything measured about them is drawn at random, with one
truth planted: drugs of some mechanisms work where a programme of genes runs high.
"""

from screen.synthetic.cohort_files import Cohort, CohortFile, write_cohort

__all__ = ["Cohort", "CohortFile", "write_cohort"]
