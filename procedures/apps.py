"""Name the app that runs procedures."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    """Procedures, runs and everything that belongs to a run."""

    name = "procedures"
    verbose_name = "procedures"

    def ready(self) -> None:
        """Tell the pages about people what somebody has open, and the frame what is unread."""
        from helpdesk import counts
        from helpdesk.people import duties
        from procedures.present.duties import open_runs
        from procedures.selectors.duties import removed_mail_admins
        from procedures.selectors.notices import unread_count

        duties.register(open_runs)
        duties.register_going(removed_mail_admins)
        counts.register("notices", unread_count)
