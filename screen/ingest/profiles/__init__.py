"""From a grid of numbers to expression profiles: which axis is genes, who is a sample, who is a patient."""
