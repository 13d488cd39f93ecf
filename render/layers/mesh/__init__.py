"""Meshes: glTF files read, merged, animated, lit and drawn."""
