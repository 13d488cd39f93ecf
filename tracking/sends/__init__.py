"""Poses sent on to other programs, as the walls use them."""
