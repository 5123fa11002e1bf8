"""Our counts held against what was billed, and what is learned from it."""
