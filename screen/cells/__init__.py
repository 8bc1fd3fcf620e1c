"""Single cells: what is read of them, their scale, blocks for the store, clones, and which drugs cover them."""
