"""The light meter: what the walls and the virtual set give where the actor stands."""
