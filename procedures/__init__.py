"""The engine and its procedures, floor by floor."""
