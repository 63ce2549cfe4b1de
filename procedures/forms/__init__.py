"""Forms: built from the fields of a definition, and one for each command."""
