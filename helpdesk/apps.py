"""Register the project's app and its system checks."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """People, tenants, calendar and sign-in."""

    name = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks; importing them is what registers them."""
        from helpdesk import checks  # noqa: F401
