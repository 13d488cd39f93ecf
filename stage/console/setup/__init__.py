"""Aligning a tracker and teaching a lens' ends from the page."""
