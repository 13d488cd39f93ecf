"""The sky: air, clouds, stars, sun and moon."""
