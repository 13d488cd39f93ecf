"""Communicates with a running stage."""
