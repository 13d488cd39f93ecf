"""Video: clips decoded beside the frame path and shown on screens in the set."""
