"""Dated prices and exact money. The ground layer: it imports nothing of tokencost."""
