"""Many real processes at once, and the same with their guards taken away."""
