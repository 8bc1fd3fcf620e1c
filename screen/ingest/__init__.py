"""Published files in: recognised by content, read by a reader of their kind, checked, never repaired in silence."""
