"""What is on air and what changes it: pure."""
