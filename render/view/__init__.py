"""What everything drawn is given of a view: its place, its moment, its targets."""
