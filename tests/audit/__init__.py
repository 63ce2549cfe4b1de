"""Tests of the history: written, kept, erased, verified."""
