"""Pages of the DNS of a run."""
