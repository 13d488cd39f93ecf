"""Orders of operators, from the page and from scripts."""
