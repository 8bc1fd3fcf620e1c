"""Resistance to a drug from a profile: five models and their controls, on unseen lines and on cohorts of patients."""
