"""Clearly labelled demo data, made only by calling the engine with times gone by."""
