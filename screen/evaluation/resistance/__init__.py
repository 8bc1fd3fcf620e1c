"""How well resistance of unseen cell lines is predicted, beside the naive and the simple."""
