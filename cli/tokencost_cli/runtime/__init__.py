"""One run of the program: its outside world, settings and progress."""
