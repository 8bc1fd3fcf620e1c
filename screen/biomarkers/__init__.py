"""Markers of patients against what became of them: survival by gene, alteration or score."""
