"""Draws a set and reports what it contains."""
