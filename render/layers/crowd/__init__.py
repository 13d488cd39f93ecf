"""Crowds: figures placed on the set's ground, dressed, moved and drawn by instancing."""
