"""What the walls show, measured pixel by pixel: geometry, coverage, what is round it, light, tiles."""
