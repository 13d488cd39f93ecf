"""The pictures of sets: files in, scene-linear light out."""
