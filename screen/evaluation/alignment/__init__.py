"""Whether cell lines and patients are alike before and after alignment."""
