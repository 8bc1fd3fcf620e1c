"""The page of measured figures, MODELS.md."""
