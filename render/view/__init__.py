"""What everything drawn is told of a view: its place, its moment, its targets."""
