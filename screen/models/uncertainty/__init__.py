"""How far a prediction can be off, and whether a patient or a drug lies inside what the model has seen."""
