"""What each API says: bodies of requests, answers, and usage objects."""
