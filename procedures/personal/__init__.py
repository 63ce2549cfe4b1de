"""What the product knows of a person: given out to them, or erased at their request."""
