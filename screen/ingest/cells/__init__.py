"""From files of single cells to checked rows of the store."""
