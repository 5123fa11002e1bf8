"""The template languages that prompt files are written in."""
