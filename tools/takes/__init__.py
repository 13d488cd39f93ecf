"""Takes after the shoot: drawn again, replayed through today's code, handed to post."""
