"""Commands about content that people bring."""
