"""Nothing that somebody typed becomes a header, a recipient or a line of the log."""

import io
import logging
from email import message_from_bytes
from email.message import Message

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from helpdesk.logs import LineFormatter
from helpdesk.models import Invitation, User
from helpdesk.people import mail as invitation_mail
from helpdesk.vendor.forms import ConfigurationForm
from procedures import engine
from procedures.mail import describe, message_of
from procedures.models import Delivery, Run
from tests.corpus import ADDRESSES, LINES
from tests.factories import Company, at, company

pytestmark = pytest.mark.django_db
NOW = at("2026-11-23T09:00")
TEMPLATES = (
    "run_opened", "step_ready", "approval_rejected", "run_cancelled", "deadline_remind", "incident",
)  # fmt: skip


@pytest.fixture
def firm() -> Company:
    return company()


@pytest.fixture
def run(firm: Company) -> Run:
    opened = engine.open_run(
        firm.tenant, procedure="mail_recovery", actor_id=firm["member"].pk, now=NOW,
        values={"mailbox": "lee@hanbit.example", "deleted_at": "2026-11-22T12:00+09:00"},
    )  # fmt: skip
    assert opened.run is not None
    return opened.run


def sent(message: EmailMessage) -> Message:
    """Return the mail as a server receives it."""
    return message_from_bytes(message.message().as_bytes())


def of_run(run: Run, text: str, template: str) -> Message:
    run.subject = run.tenant.name = text
    both = {"ko": text, "en": text}
    row = Delivery(
        run=run, number=1, channel="mail", template=template, recipient=run.requester, next_at=NOW,
        params={"reason": text, "text": both, "steps": [both]},
    )  # fmt: skip
    return sent(message_of(row))


def is_one_mail(mail: Message, to: str, names: set[str]) -> None:
    assert set(mail.keys()) == names
    assert mail.get_all("To") == [to]
    assert len(mail.get_all("Subject") or ()) == 1
    assert not mail.is_multipart()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_mail_about_a_run_has_its_own_headers_only(run: Run, template: str) -> None:
    plain = set(of_run(run, "보통", template).keys())
    for text in LINES:
        is_one_mail(of_run(run, text, template), run.requester.email, plain)
        assert len(describe(template, {"reason": text}, run, "ko").splitlines()) == 1


def test_an_invitation_has_its_own_headers_only(firm: Company) -> None:
    names = {"Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Subject", "From", "To",
             "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"}  # fmt: skip
    for text in LINES:
        firm["site_admin"].name = firm.tenant.name = text
        invitation = Invitation(
            tenant=firm.tenant, email="new@x.example", name=text, created_at=NOW, expires_at=NOW,
            invited_by=firm["site_admin"],
        )  # fmt: skip
        mail = sent(invitation_mail.message(invitation, "token"))
        is_one_mail(mail, "new@x.example", names)


def test_no_form_takes_an_address_that_is_more_than_one(firm: Company) -> None:
    client = firm.signed_in("site_admin")
    for address in ADDRESSES:
        given = {"email": address, "name": "새 사람", "language": "ko", "roles": ["member"]}
        client.post("/t/hanbit/people/invite/", given)
        assert not Invitation.objects.exists()
        assert not User.objects.filter(email__contains="evil").exists()
        form = ConfigurationForm({"reminder_addresses": address}, tenant=firm.tenant)
        form.is_valid()
        kept = form.cleaned_data.get("reminder_addresses") or []
        assert all(one.count("@") == 1 and one.isprintable() and " " not in one for one in kept)
    given["email"] = "good@x.example"
    client.post("/t/hanbit/people/invite/", given)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("address", ADDRESSES[:2], ids=ascii)
def test_an_address_that_came_in_otherwise_is_not_sent_to(run: Run, address: str) -> None:
    User.objects.filter(pk=run.requester_id).update(email=address)
    row = Delivery(
        run=Run.objects.get(pk=run.pk), number=1, channel="mail", template="run_opened",
        recipient=User.objects.get(pk=run.requester_id), next_at=NOW,
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"(?i)header|newline|linefeed"):
        message_of(row).message()


@pytest.mark.parametrize("text", LINES, ids=ascii)
def test_a_record_of_the_log_is_one_line(text: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "typed: %s", (text,), None)
    written = LineFormatter().format(record)
    assert len(written.splitlines()) == 1
    assert written.isprintable()


def test_a_traceback_is_indented_so_that_it_cannot_pass_for_a_record() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(LineFormatter())
    logger = logging.getLogger("tests.injection")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        raise ValueError("x\n2026-11-23T00:00:00.000Z INFO helpdesk all is well")
    except ValueError:
        logger.exception("it broke")
    first, *rest = out.getvalue().splitlines()
    assert first.endswith("it broke")
    assert all(line.startswith("    ") for line in rest)


def test_times_in_the_log_are_utc() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "x", (), None)
    record.created = at("2026-11-23T09:00").timestamp()
    record.msecs = 0.0
    assert LineFormatter().format(record).startswith("2026-11-23T00:00:00.000Z INFO")


def test_a_path_with_line_ends_is_logged_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("django").setLevel(logging.WARNING)
    Client().get("/livez%0d%0a2026 INFO helpdesk fake/")
    Client().put("/livez")
    logging.getLogger("django").setLevel(logging.ERROR)
    assert caplog.records
    for record in caplog.records:
        assert len(LineFormatter().format(record).splitlines()) == 1
