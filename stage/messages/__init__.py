"""What travels on the bus: frozen records, their topics and their encoding."""
