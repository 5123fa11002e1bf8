"""Prompt caches, replayed by the rules of their providers."""
