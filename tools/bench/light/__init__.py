"""How like path-traced pictures the renderer's are, set by set and hour by hour."""
