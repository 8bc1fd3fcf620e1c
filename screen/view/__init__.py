"""A local view of a store: pages in the browser, made from the reports' records, for reading only."""

from screen.view.server import serve

__all__ = ["serve"]
