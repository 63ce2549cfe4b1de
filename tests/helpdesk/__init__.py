"""Tests of the people, the tenants and the calendar."""
