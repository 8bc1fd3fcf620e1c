"""Protocols on patients whose response is known: measured, never used for a choice."""
