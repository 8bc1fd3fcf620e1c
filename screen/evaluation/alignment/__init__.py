"""Whether cell lines and patients are similar before and after alignment."""
