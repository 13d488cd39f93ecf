"""The demo sets, generated: no downloads, the same bytes each time (`python -m tools.sets`).

A set is a folder `presets/scenes/NAME/` with `scene.toml` and its assets. Everything here is in stage space
(X right, Y forward, Z up, metres); only `glb.py` knows that glTF is Y up.
"""
