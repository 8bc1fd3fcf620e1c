"""Protocols on cell lines and drugs left out of training."""
