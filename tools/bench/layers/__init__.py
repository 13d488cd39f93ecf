"""The cost of every kind of layer, against a bare program."""
