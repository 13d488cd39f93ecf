"""The files an operator keeps: presets, shows, screenplays."""
