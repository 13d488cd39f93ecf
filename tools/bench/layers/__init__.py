"""What every kind of layer costs, against a bare program."""
