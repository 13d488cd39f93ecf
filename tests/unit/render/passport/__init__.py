"""Nothing of a file is lost without a line in its passport."""
