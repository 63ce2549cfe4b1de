"""Name the app that runs procedures."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Procedures, runs and everything that belongs to a run."""

    name = "procedures"
    verbose_name = "procedures"
