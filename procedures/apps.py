"""Name the app that runs procedures."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Procedures, runs and everything that belongs to a run."""

    name = "procedures"
    verbose_name = "procedures"

    def ready(self) -> None:
        """Tell the pages about people what somebody has open."""
        from helpdesk.people import duties
        from procedures.present.duties import open_runs

        duties.register(open_runs)
