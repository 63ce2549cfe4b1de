"""Pages over HTTP, one file per address or matter."""
