"""Small pictures of looks, asked for by the page."""
