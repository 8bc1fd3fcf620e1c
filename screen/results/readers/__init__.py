"""Exports of plate readers: each recognised by its content and read into the same record of a plate."""
