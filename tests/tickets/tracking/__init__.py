"""Tests of what the requester sees without signing in."""
