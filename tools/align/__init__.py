"""Where a tracker's space lies on the stage, and where the sensor sits on the tracked body: measured and written."""
