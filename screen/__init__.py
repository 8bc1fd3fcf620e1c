"""crescreen: from tumour expression to a ranked, evidence-checked shortlist of drugs. Research use only."""

__version__ = "0.1.0"
