"""Tests of the DNS of a change of domain."""
