"""Scripts about tickets."""
