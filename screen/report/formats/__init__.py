"""How a report is written: HTML, PDF, JSON."""
