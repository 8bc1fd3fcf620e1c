"""One module a kind of file; each lists its kinds for the registry."""
