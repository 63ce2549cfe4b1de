"""Triggers that keep events append-only."""


def connect(app_config: object) -> None:
    """Install after migrations."""
