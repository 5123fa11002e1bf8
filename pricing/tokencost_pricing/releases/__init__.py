"""Signed releases of the price table: made, checked, installed beside the shipped table."""
