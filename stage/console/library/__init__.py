"""Presets and shows, kept from the page."""
