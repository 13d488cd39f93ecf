"""From the set's light to the code values of an output."""
