"""A stored model conditioned on a few measured responses of one tumour: what a plate says of the drugs not on it."""
