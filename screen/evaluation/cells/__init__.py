"""Single-cell data whose truth is known, from cell lines of the store."""
