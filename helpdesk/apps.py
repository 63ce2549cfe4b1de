"""Register the project's app and its system checks."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """People, tenants, calendar and sign-in."""

    name = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks, which importing does, and have sign-ins logged."""
        from helpdesk import checks, signin_log  # noqa: F401

        signin_log.connect()
