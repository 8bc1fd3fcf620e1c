"""What members of every family share: folds of cell lines, labels, calibration, accuracy on held-out lines."""
