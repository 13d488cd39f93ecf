"""What reading content costs: header bombs, and the memory of large pictures."""
