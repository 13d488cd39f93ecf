"""Where a tracker's space lies on the stage, found from points: the answer, and what it is made of."""
