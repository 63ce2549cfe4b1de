"""Support's queue: every ticket of the companies served, whose it is and what is due next."""
