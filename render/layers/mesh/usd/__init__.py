"""USD files as meshes of a set: read by OpenUSD, handed on as glTF."""
