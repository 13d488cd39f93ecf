"""glTF files read as meshes: what the document says, checked, and what of it is drawn."""
