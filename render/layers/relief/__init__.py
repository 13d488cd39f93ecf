"""Reliefs: a picture and its depth, drawn with parallax."""
