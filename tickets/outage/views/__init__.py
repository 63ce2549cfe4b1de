"""Pages of the window and of what is sent out around it."""
