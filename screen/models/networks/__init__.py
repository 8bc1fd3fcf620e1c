"""DSN-adv and its variants: alignment, fine-tuning, members, scoring of pairs on CPU and GPU."""
