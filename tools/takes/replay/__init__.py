"""A take through today's code: what differs from then is told."""
