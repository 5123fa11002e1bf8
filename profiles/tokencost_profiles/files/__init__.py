"""Files, and what they are packed in: paths, archives, lines."""
