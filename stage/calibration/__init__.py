"""A wall's colour: calibration files read and checked."""
