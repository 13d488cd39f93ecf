"""Weather: rain, snow and dust round the camera."""
