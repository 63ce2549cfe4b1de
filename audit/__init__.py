"""Streams of events and the chain that proves them: the lowest floor of the house."""
