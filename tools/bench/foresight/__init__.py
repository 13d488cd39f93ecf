"""How prediction compares with simpler methods that knew the motion beforehand: made moves and recordings."""
