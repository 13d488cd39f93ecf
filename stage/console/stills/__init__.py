"""Small pictures of looks, requested by the page."""
