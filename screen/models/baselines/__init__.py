"""Models a new one has to beat: means, ridge, kernels over drugs, trees, plain networks."""
