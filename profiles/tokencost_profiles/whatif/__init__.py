"""What the same calls would have cost otherwise: scenarios, replays, advice."""
