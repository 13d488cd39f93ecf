"""The light round the mark, which fixtures follow."""
