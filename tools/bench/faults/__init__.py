"""What becomes of the wall, and of the alerts, when a tracker does wrong."""
