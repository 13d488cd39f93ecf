"""Tests that draw."""
