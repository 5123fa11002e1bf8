"""Usage objects anywhere in JSON: a walk that knows no format."""
