"""The pages of support's queue."""
