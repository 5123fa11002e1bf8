"""The version of tokencost. Importing it must cost nothing: `tokencost --version` does."""

__version__ = "0.1.0"
