"""The default: a Gaussian process over pairs of a cell line and a drug; fit, members, scoring on CPU and GPU."""
