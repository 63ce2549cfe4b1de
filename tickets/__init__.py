"""Tickets: what people say, agree and see around a run, and support's queue of them all."""
