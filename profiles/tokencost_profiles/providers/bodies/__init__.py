"""What bodies of requests share: blocks, media, references, limits."""
