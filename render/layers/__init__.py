"""The kinds of layer a set is made of, a room each: what it is, how it is read, how it is drawn."""
