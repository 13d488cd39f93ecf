"""Drawing beside other programs: the same walls, set and camera drawn by this product and by others, in turns."""
