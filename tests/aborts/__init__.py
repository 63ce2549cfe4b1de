"""Raise at every SQL statement of every command."""
