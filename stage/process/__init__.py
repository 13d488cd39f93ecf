"""What every process has: its service, its meter, its lifeline."""
