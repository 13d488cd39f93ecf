"""Screenplays: what a file says, its scenes, and what their headings say. Pure: bytes in, scenes out."""
