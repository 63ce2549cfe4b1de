"""Name the app that keeps the history."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Install the append-only triggers after every migration, on both databases."""

    name = "audit"
    verbose_name = "audit"

    def ready(self) -> None:
        """Connect the trigger installer and the check that reads it back."""
        from audit import triggers

        triggers.connect(self)
