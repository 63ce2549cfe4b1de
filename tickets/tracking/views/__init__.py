"""Pages for whoever holds a tracking link, and of what people say afterwards."""
