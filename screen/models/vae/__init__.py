"""Residual variational autoencoders of expression, trained without labels; a student distilled from a larger one."""
