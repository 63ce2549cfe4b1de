"""What the engine costs, as ratios to hand-written SQL measured in the same run."""
