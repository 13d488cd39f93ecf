"""How many packets are taken in, and whether all of them are right."""
