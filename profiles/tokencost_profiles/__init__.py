"""Prompts, traces and logs: how many tokens, where they go, what they cost. The middle layer."""
