"""Takes on the console: the list, what people say of them, what was removed."""
