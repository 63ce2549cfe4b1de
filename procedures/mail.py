"""What a message says: one line for the page of notices, subject and text for a mail."""

import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string, select_template
from django.urls import reverse

from procedures import messages, store
from procedures.models import Delivery, Run
from procedures.rules.wording import particle

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
SUBJECT_LIMIT = 200


def one_line(text: str) -> str:
    """Make one line of a text; nothing in it can begin a header or turn the writing around."""
    return " ".join(_CONTROL.sub(" ", text).split())


def describe(template: str, params: Mapping[str, Any], run: Run, language: str) -> str:
    """Say in one line what a message is about."""
    subject, _body = _render(template, params, run, language)
    return one_line(subject)


def message_of(delivery: Delivery) -> EmailMessage:
    """Write the mail of a delivery in the language of its recipient.

    The Message-ID is the delivery's own, so that a mail sent twice can be recognised.
    """
    run, person, address = delivery.run, delivery.recipient, address_of(delivery)
    assert address is not None
    language = person.language if person else "ko"
    subject, body = _render(delivery.template, delivery.params, run, language)
    title = one_line(f"[{run.reference}] {subject}")
    return EmailMessage(
        subject=title[:SUBJECT_LIMIT],
        body=body,
        to=[address],
        headers={
            "Message-ID": f"<{delivery.message_id}@{_mail_domain()}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )


def address_of(delivery: Delivery) -> str | None:
    """Return where a mail goes now: to an active person, or an address still to be reminded."""
    person = delivery.recipient
    if person is not None:
        return person.email if person.is_active else None
    address = str(delivery.params.get("to") or "")
    return address if address in delivery.run.tenant.reminder_addresses else None


def link_of(run: Run, template: str = "") -> str:
    """Return the address of the page that a message is about, as seen from outside."""
    known = messages.find(template)
    route = known.route if known else "run"
    return f"{settings.BASE_URL}{reverse(route, args=[run.tenant.slug, run.reference])}"


def _mail_domain() -> str:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return address.rpartition("@")[2] or "localhost"


def _render(template: str, params: Mapping[str, Any], run: Run, language: str) -> tuple[str, str]:
    """Render a message; its first line is the subject, the rest the text."""
    ko = language == "ko"
    title = store.procedure_of(run.version_id).title
    context = {
        "ko": ko,
        "run": run,
        "procedure": title.ko if ko else title.en,
        "subject": one_line(run.subject),
        "company": one_line(run.tenant.name),
        "steps": [_in(one, ko) for one in params.get("steps") or ()],
        "texts": [_in(one, ko) for one in params.get("texts") or [params.get("text")] if one],
        "reason": str(params.get("reason") or ""),
        "link": link_of(run, template),
    }
    context["named"] = context["subject"] or context["procedure"]
    context["topic"] = particle(str(context["named"]), "이", "가")
    names = [f"mail/notes/{run.procedure}.txt", "mail/notes/none.txt"]
    context["note"] = select_template(names).render(context).strip()
    subject, _, body = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    return subject, _tidy(body)


def _in(text: Mapping[str, str], ko: bool) -> str:
    return one_line(str(text["ko" if ko else "en"]))


def _tidy(body: str) -> str:
    lines = [line.strip() for line in body.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
