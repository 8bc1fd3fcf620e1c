"""What a model of an indication is trained on, and its training."""
