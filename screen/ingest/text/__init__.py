"""Delimited text, one way to read it: tables with named columns, grids of numbers."""
