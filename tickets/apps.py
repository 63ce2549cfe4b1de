"""Name the app of tickets, and tie what its rooms add into the rest."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Conversations, the queue, schedules, DNS, outages and tracking."""

    name = "tickets"
    verbose_name = "tickets"

    def ready(self) -> None:
        """Let each room say what it adds to verification, worker, pages and personal data.

        Tabs stand in the order of the rooms.
        """
        from tickets.conversation import hooks as conversation
        from tickets.dns_records import hooks as dns_records
        from tickets.outage import hooks as outage
        from tickets.queue import hooks as queue
        from tickets.schedule import hooks as schedule
        from tickets.tracking import hooks as tracking

        for room in (conversation, queue, dns_records, schedule, outage, tracking):
            room.register()
