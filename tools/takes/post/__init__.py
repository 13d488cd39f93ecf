"""What a take hands to post: camera curves, tracking, editorial lists, a report, checksums."""
