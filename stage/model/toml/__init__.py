"""TOML files as people save them: their text, where their keys stand, and what a file is that is none."""
