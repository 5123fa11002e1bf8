"""What answers share: passes, hosted tools, grounding."""
