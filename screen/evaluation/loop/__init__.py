"""What a plate adds, measured on cell lines: some drugs of an unseen line are measured, the others predicted."""
