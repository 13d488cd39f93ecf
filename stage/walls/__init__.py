"""Walls as surfaces: vertices in stage space, canvas pixels, triangles, light."""
