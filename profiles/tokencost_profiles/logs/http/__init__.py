"""Recorded HTTP exchanges: sides, pairs and bodies."""
