"""Commands about trackers and motions."""
