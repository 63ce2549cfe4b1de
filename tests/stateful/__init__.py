"""Random definitions and commands against the invariants, in memory and on each database."""
