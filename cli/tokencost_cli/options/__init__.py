"""What can be asked of each command, declared once: a set of options is a frozen dataclass."""
