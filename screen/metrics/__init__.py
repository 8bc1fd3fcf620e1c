"""Statistics of predicted against measured: correlations, AUROC, top lists, error by distance."""
