"""Between the bus, the page and the browser."""
