"""The tests. Packages where one test builds on another's little world."""
