"""Response models: cell lines with measured responses in, predicted responses out."""

from screen.models.contract import Drugs, Fit, FittedModel, Rows, Subjects, TrainingSet, columns

__all__ = ["Drugs", "Fit", "FittedModel", "Rows", "Subjects", "TrainingSet", "columns"]
