"""What a running stage survives: kills, stops, full disks, hostile datagrams, a long day."""
