"""The vendor's side: its staff, the companies it serves, and visits that need a reason."""
