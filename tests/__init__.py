"""Tests mirror the floors of the house; the pure ones need no database."""
