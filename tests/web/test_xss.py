"""What people type is shown as text: on every page, in every form, in mails; never more."""

from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings

from helpdesk.models import Tenant, User
from procedures import deliveries, engine
from procedures.mail import message_of
from procedures.models import Delivery, Run, Value
from tests.corpus import MARK, XSS
from tests.factories import Company
from tests.tickets.conversation.talking import say
from tests.web.crawling import TextForm, crawl, text_forms
from tests.web.runs import korean_company, new_admin, opened, reviewed, sync, url
from tickets.conversation.models import Draft
from tickets.conversation.names import safe_name

pytestmark = pytest.mark.django_db
# What no page of ours is made of.
# What a tenant manager can send, a site admin can, too.
ROLES = ("site_admin", "mail_admin", "member", "support", "manager")
POLYGLOT = f"\"'><svg onload={MARK}()>{{{{7*7}}}}%s"
NEVER = {"iframe", "object", "embed", "base", "math", "style", "applet", "frame", "marquee"}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "hx-get", "data", "poster"}


@pytest.fixture
def firm() -> Company:
    made = korean_company()
    sync(made)
    reviewed(made, "approval")
    new_admin(made)
    opened(
        made, "mail_recovery", mailbox="lee@hanbit.example",
        deleted_at=timezone.now().isoformat(),
    )  # fmt: skip
    told()
    return made


def told() -> None:
    while deliveries.sweep(timezone.now()):
        pass


def squeezed(text: str) -> str:
    return " ".join(text.split())


class _Reader(HTMLParser):
    """Read every text and every attribute of a page; refuse what is not of our making."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        what = f"<{tag} {given}>"
        assert tag not in NEVER, what
        assert MARK not in tag, what
        assert not any(name.startswith("on") or MARK in name for name in given), what
        assert all(_is_our_address(given[name]) for name in ADDRESSES & given.keys()), what
        if tag in {"script", "link"}:
            assert given.get("src", given.get("href", "")).startswith("/static/"), what
        assert "http-equiv" not in given, what
        self.words += given.values()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        assert MARK not in data, data


def _is_our_address(value: str) -> bool:
    local = value == "" or value.startswith(("/", "#", "?", "data:image/", "mailto:"))
    return local or (value.startswith("https://") and MARK not in value)


def words_of(page: HttpResponse) -> str:
    """Return every text and attribute of a page, letter by letter.

    Fails for an element or attribute that is not of our making.
    """
    reader = _Reader()
    reader.feed(page.content.decode())
    reader.close()
    return "\x00".join(map(squeezed, reader.words))


def shows(page: HttpResponse, text: str) -> bool:
    """Tell whether a text stands on a page letter by letter, as text or in an attribute."""
    return squeezed(text) in words_of(page)


def filling(room: int, first: int) -> str:
    """Return as many strings of the corpus as fit, beginning with another one each time."""
    turned = [XSS[(first + number) % len(XSS)] for number in range(len(XSS))]
    text = POLYGLOT
    for one in turned:
        if len(text) + len(one) + 1 > min(room, 1_000):
            break
        text = f"{text} {one}".strip()
    return text


def send(client: object, form: TextForm, first: int) -> tuple[HttpResponse, dict[str, str]]:
    typed = {name: filling(room, first + n) for n, (name, room) in enumerate(form.room.items())}
    ask = getattr(client, form.method)
    return ask(form.action, {**form.values, **typed}, follow=True), typed


@pytest.mark.first
def test_every_form_that_somebody_can_reach(firm: Company) -> None:
    sent: set[object] = set()
    kept = 0
    for role in ROLES:
        client = firm.signed_in(role)
        for form in reachable(firm, role):
            if form.kind in sent or form.kind[1] == "styleguide":
                continue
            sent.add(form.kind)
            for first in range(0, len(XSS), 14):
                with transaction.atomic():
                    kept += was_shown(*send(client, form, first))
                    transaction.set_rollback(True)
    print(f"\nforms: {len(sent)}, posts shown letter by letter: {kept}")
    assert len(sent) >= 40
    assert kept >= len(sent) * 2


def reachable(firm: Company, role: str) -> Iterable[TextForm]:
    for path, page in crawl(firm.signed_in(role), of_one=2):
        if page.get("Content-Type", "").startswith("text/html"):
            words_of(page)
            yield from text_forms(page, path)


def was_shown(answer: HttpResponse, typed: dict[str, str]) -> bool:
    if not answer.get("Content-Type", "").startswith("text/html"):
        return False
    words = words_of(answer)
    return any(text and squeezed(text) in words for text in typed.values())


@pytest.mark.parametrize("first", range(0, len(XSS), 14))
def test_names_of_people_and_companies_are_text_on_every_page(firm: Company, first: int) -> None:
    names = [XSS[(first + number) % len(XSS)][:120] for number in range(len(firm.people) + 1)]
    for user, name in zip(firm.people.values(), names, strict=False):
        User.objects.filter(pk=user.pk).update(name=name)
    Tenant.objects.filter(pk=firm.tenant.pk).update(name=names[-1])
    cancel(new_admin_again(firm), firm)
    told()
    pages = [page for _, page in crawl(firm.signed_in("site_admin"), "/t/hanbit/", of_one=1)]
    manager = firm.signed_in("manager")
    pages += [manager.get(path) for path in ("/vendor/tenants/", "/vendor/staff/")]
    seen = set()
    for page in pages:
        if page.get("Content-Type", "").startswith("text/html"):
            words = words_of(page)
            seen |= {name for name in names if squeezed(name) in words}
    assert len(seen) == len(names), set(names) - seen


def new_admin_again(firm: Company) -> Run:
    return opened(
        firm, "mail_recovery", mailbox="kim@hanbit.example", deleted_at=timezone.now().isoformat()
    )


def cancel(run: Run, firm: Company, reason: str = "끝") -> None:
    done = engine.cancel_run(run, actor_id=firm["site_admin"].pk, now=timezone.now(), reason=reason)
    assert done.done


def texts() -> Iterable[str]:
    for first in range(0, len(XSS), 6):
        yield " ".join(XSS[first : first + 6])


def test_what_is_stored_is_shown_letter_by_letter(firm: Company) -> None:
    client = firm.signed_in("site_admin")
    for text in texts():
        run = new_admin_again(firm)
        Run.objects.filter(pk=run.pk).update(subject=text[:200])
        Value.objects.create(
            run=run, field="hints", value=text, at=timezone.now(), actor=firm["member"]
        )
        cancel(Run.objects.get(pk=run.pk), firm, text)
        page = client.get(url(run))
        assert shows(page, text)
        assert shows(page, text[:200])
        assert shows(client.get("/t/hanbit/runs/"), text[:200])


def test_what_is_said_about_a_run_is_shown_letter_by_letter(
    firm: Company, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    run = Run.objects.filter(procedure="service_sync").select_related("tenant").first()
    assert run is not None
    client = firm.signed_in("support")
    for number, text in enumerate(texts()):
        name = safe_name(f"{XSS[number]}.txt")
        say(run, firm["support"], text, internal=bool(number % 2), files={name: b"x"})
        Draft.objects.update_or_create(
            user=firm["support"], run=run, defaults={"text": text, "at": timezone.now()}
        )
        page = client.get(url(run))
        # Addresses within it become links; every letter is still there.
        assert squeezed(text) in words_of(page).replace("\x00", "") or shows(page, text)
        assert shows(page, name)
        assert shows(client.get(f"{url(run)}conversation/"), text)


def test_what_was_typed_comes_back_letter_by_letter(firm: Company) -> None:
    client = firm.signed_in("member")
    for one in XSS:
        assert shows(client.get("/t/hanbit/search/", {"q": one}), one)
        page = client.post("/t/hanbit/procedures/mail_recovery/", {"mailbox": one, "hints": one})
        assert page.status_code in {200, 400, 422}
        assert shows(page, one)


def test_mails_are_plain_text_and_say_it_letter_by_letter(firm: Company) -> None:
    run = Run.objects.filter(procedure="mail_recovery").select_related("tenant").first()
    assert run is not None
    for text in texts():
        row = Delivery(
            run=run, number=1, channel="mail", template="run_cancelled", next_at=timezone.now(),
            recipient=firm["member"], params={"reason": text},
        )  # fmt: skip
        mail: EmailMessage = message_of(row)
        assert mail.message().get_content_type() == "text/plain"
        assert not getattr(mail, "alternatives", None)
        assert squeezed(text) in squeezed(str(mail.body))


@pytest.mark.parametrize("bad", XSS[:8])
def test_an_element_that_came_out_is_seen(bad: str) -> None:
    page = HttpResponse(f"<p title=\"{bad}\"><i title='{bad}'>{bad}</i></p>")
    try:
        seen = shows(page, bad)
    except AssertionError:
        return
    assert not seen
