"""Prepares the light of a set: rays by Embree, counted. Needs the extra `bake`."""
