"""How many packets are received, and whether all of them are right."""
