"""A street of a present-day city: houses, shops, trees, street lamps."""
