"""The way back: plates that a lab returns, read, judged, fitted and compared."""
