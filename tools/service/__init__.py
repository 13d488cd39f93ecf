"""A stage as a service of the machine."""
