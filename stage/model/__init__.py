"""What people describe in files: checked once, at the edge, then trusted. Frozen pydantic models."""
