"""Name the app of tickets, and tie what it adds into the rest."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Conversations, the queue, schedules, DNS, outages and tracking."""

    name = "tickets"
    verbose_name = "tickets"

    def ready(self) -> None:
        """Let each room say what it adds to verification, worker, pages and personal data."""
        from tickets.conversation import hooks as conversation

        conversation.register()
        _register_places()
        _register_what_people_say()
        _register_sweeps()
        _register_answers()
        _register_questions()


def _register_places() -> None:
    from tickets import banners
    from tickets.dns_records.places import register as dns
    from tickets.outage.places import register as outage
    from tickets.schedule.banner import calendar_banner
    from tickets.schedule.places import register as schedule
    from tickets.tracking.banner import feedback_banner

    dns()
    schedule()
    outage()
    banners.register(calendar_banner)
    banners.register(feedback_banner)


def _register_what_people_say() -> None:
    from helpdesk import counts
    from procedures.personal import export
    from tickets.tracking import personal
    from tickets.tracking.reports import unread

    export.register("feedback", personal.feedback_of)
    export.register("text_reports", personal.reports_of)
    # The page of notices shows answers to reports as well.
    counts.register("notices", unread)


def _register_sweeps() -> None:
    from procedures import sweeps
    from tickets.schedule import alerts

    sweeps.register(alerts.sweep)


def _register_answers() -> None:
    from tickets.conversation import initial
    from tickets.queue.using import answer_asked

    initial.register(answer_asked)


def _register_questions() -> None:
    from procedures.views import beforehand
    from tickets.schedule.beforehand import collision_first

    beforehand.register(collision_first)
