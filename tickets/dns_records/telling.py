"""Tell people about the DNS of a run: a notice in the app and a mail, out of the outbox."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from procedures.messages import Message
from procedures.models import Delivery, Run
from procedures.rules.base import Text
from procedures.rules.wording import pack

MESSAGES = (
    Message("dns_right", _("The DNS is right"), "dns_page"),
    Message("dns_wrong", _("The DNS is not right"), "dns_page"),
    Message("dns_unknown", _("The DNS could not be told"), "dns_page"),
    Message("dns_given_up", _("The DNS is not looked at by itself any more"), "dns_page"),
)
# Support, and whoever sets the DNS or decides at the company.
EVERYBODY = ("support", "site_admin", "mail_admin", "tenant_manager", "requester")


def tell(
    run: Run, number: int, template: str, text: Text, *, now: datetime, actor_id: int | None
) -> None:
    """Put a message about an event of the conversation into the outbox; not to its actor."""
    Delivery.objects.create(
        run=run,
        number=number,
        channel="fanout",
        audience=",".join(EVERYBODY),
        template=template,
        params={"text": pack(text), "actor": actor_id},
        next_at=now,
    )
