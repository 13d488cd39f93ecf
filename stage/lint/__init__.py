"""What is wrong with a stage file, and what to do about it."""
