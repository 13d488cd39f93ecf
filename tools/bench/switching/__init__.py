"""Looks and sets changed on a running stage: late frames, mixed frames."""
