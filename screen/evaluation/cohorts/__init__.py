"""Whether a cohort is read as what it is: lineages of cell lines as cohorts of patients, their responses known."""
