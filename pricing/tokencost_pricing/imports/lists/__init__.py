"""Readers of public price lists, one file a list, found by its name."""
