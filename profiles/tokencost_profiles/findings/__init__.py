"""Patterns of waste: one file each, with a `FINDING`. What they look at is in `attribution`."""
