"""Takes: what the bus carried between roll and cut, written down, and kept with everything a frame names."""
