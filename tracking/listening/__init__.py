"""What arrives on a port, and the source that reads it: for setting a tracker up."""
