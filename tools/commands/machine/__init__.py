"""Commands about the machine that a stage runs on, and how its console opens to others."""
