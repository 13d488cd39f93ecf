"""How the surfaces of a glTF look: materials, their pictures, finishes."""
