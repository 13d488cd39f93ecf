"""Gaussian splats: read, ordered and drawn."""
