"""What pages show: verdicts, values and events turned into words and the dicts of components."""
