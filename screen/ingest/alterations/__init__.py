"""Tables of alterations made into rows of the store: whose they are, what was called, which genes were looked at."""
