"""Pages: one module each; the clock is read here, once per request."""
