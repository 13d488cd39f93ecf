"""Small pictures of looks that are not on air, for the console."""
