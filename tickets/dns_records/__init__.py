"""The DNS of a change of domain: what is expected, what is found, asked again until right."""
