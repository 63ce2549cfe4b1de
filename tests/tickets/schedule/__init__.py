"""Tests of agreeing on a date."""
