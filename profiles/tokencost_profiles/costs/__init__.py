"""Calls to money: prices of calls, profiles and their sums."""
