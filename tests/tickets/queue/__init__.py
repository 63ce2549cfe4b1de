"""Tests of support's queue."""
