"""What is kept of a wall's colour: calibration files read and checked."""
