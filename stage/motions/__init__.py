"""Recorded motions of cameras: files of other programs, read into stage axes, metres and seconds."""
