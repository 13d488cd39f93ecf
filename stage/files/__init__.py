"""Files that people write: found, read, checked once, and their problems reported by line."""
