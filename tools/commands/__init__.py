"""One module per command of `openstage`; light imports at the top, heavy ones inside the functions."""
