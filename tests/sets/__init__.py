"""Sets made in tests."""
