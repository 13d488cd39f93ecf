"""Reads glTF files as meshes: the document, checked, and the parts of it that are drawn."""
