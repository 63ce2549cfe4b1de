"""Reads: what lists and searches need, and nothing that is written."""
