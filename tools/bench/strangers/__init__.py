"""What a stranger may try at the doors of a running stage."""
