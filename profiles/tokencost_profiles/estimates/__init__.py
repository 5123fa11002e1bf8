"""What prompts will cost."""
