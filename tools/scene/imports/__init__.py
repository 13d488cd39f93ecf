"""Sets of other programs brought in: converted to GLB in a process of its own, checked, with a scene file beside it."""
