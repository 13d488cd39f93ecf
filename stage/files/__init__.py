"""Files that people write: found, read, checked once, and what is wrong in them said with its line."""
