"""What a stage survives, over minutes."""
