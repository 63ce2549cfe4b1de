"""The mail that asks somebody to join, in the language chosen for them."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from helpdesk.models import Invitation

logger = logging.getLogger(__name__)


def send(invitation: Invitation, token: str) -> bool:
    """Send the link; answer False, and log it without the token, when that fails."""
    try:
        message(invitation, token).send()
    except Exception:
        # Whatever the mail server says, the invitation stands and can be sent again.
        logger.exception("the mail of invitation %s could not be sent", invitation.pk)
        return False
    return True


def message(invitation: Invitation, token: str) -> EmailMessage:
    """Write the mail; its first line is the subject, the rest the text."""
    tenant = invitation.tenant
    zone = tenant.tz if tenant else timezone.get_default_timezone()
    until = invitation.expires_at.astimezone(zone)
    context = {
        "ko": invitation.language == "ko",
        "name": _one_line(invitation.name),
        "company": _one_line(tenant.name) if tenant else "",
        "inviter": _one_line(invitation.invited_by.get_full_name())
        if invitation.invited_by
        else "",
        "until": f"{date_format(until, 'Y-m-d H:i')} {until:%:z}",
        "link": f"{settings.BASE_URL}{reverse('invitation', args=[token])}",
    }
    text = render_to_string("people/mail.txt", context).strip()
    subject, _, body = text.partition("\n")
    return EmailMessage(
        subject=_one_line(subject)[:200],
        body=body.strip() + "\n",
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )


def _one_line(text: str) -> str:
    """Make one line of a text, so that nothing in it can begin a header or a paragraph."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
