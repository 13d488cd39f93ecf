"""Talking to a stage that runs."""
