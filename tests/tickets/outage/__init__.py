"""Tests of the hours of the outage."""
