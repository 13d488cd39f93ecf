"""The stage check that the console's button starts."""
