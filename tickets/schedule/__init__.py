"""Agreeing on a date: the calendar of the coming weeks, proposals, collisions, changed holidays."""
