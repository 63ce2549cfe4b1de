"""What the DNS of a run adds to the rest: a tab, work for the worker, messages, retention."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.retention import Kind
from procedures import messages, retention, sweeps
from tickets import places
from tickets.dns_records.access import PROCEDURES
from tickets.dns_records.models import DnsCheck, DnsWatch
from tickets.dns_records.telling import MESSAGES
from tickets.dns_records.watching import Sweeping

_sweeping = Sweeping()


def register() -> None:
    """Add all of it; asked once, when the app is ready."""
    places.register(places.Place("dns_page", _("DNS"), PROCEDURES))
    messages.register(*MESSAGES)
    sweeps.register(_sweeping, DnsWatch)
    retention.register(Kind("probes", old_checks))


def old_checks(before: datetime) -> QuerySet[DnsCheck]:
    """Return looks at the DNS that have served their time; those of an open run stay."""
    return DnsCheck.objects.filter(at__lt=before).exclude(run__state="open")
