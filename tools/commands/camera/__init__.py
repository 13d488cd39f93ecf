"""Commands about a camera's lens and where it stands."""
