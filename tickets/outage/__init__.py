"""The hours of the outage: one live page for everybody, and what is sent out around it."""
