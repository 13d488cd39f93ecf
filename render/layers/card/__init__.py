"""Light cards: bright rectangles on the walls, outside the picture."""
