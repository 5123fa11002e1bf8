"""Small programs that ours is compared with, each run as a process of its own."""
