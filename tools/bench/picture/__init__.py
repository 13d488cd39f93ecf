"""The figures of the picture."""
