"""Before both sides have confirmed no page, notice, mail or file says that a date is fixed."""

import re
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.utils import timezone

from procedures import deliveries, engine
from procedures.models import Run
from tests.factories import Company
from tests.tickets.schedule import stories
from tests.tickets.schedule.stories import page

# What a promise would be worded with, in both languages.
PROMISES = re.compile(
    r"확정되었|확정됐|확정된|확정했|확정하였|양쪽 확정|정해졌|정해진|일정이 확정|확정 일정"
    r"|\b(?:is|are|was|been|now) (?:fixed|settled|final|scheduled|confirmed)\b"
    r"|\bhave confirmed\b|\bconfirmed by both\b|\bfixed date\b|\bagreed date\b",
    re.IGNORECASE,
)
# Sentences that say the opposite, or what would come of a step that nobody has done.
DENIALS = (
    "일정은 양쪽이 확정하기 전까지 정해진 것이 아닙니다.",
    "고객사가 동의하고 고객지원이 확정해야 일정이 정해집니다.",
    "이것으로 정해진 것은 없습니다.",
    "그때까지는 정해진 것이 없습니다.",
    "답하기 전까지는 정해진 것이 없습니다.",
    "이 단계를 마치면 일정이 확정되고 준비 기간이 시작됩니다.",
    "이 단계를 마치면 양쪽이 확정한 것이 되고 준비 기간이 시작됩니다.",
    "아직 정해진 날짜가 없습니다.",
    "No date is fixed until both sides have confirmed.",
    "The date is fixed once the tenant agrees and support confirms.",
    "With this the date is fixed, and the preparation time begins.",
    "With this both sides have confirmed, and the preparation time begins.",
    "Only a proposal: the company answers, and nothing is settled by it.",
    "The proposal is sent. Nothing is settled by it.",
    "Your date is sent to support. Nothing is settled by it.",
    "until then nothing is settled.",
    "No date is fixed yet",
    "too early is blocked when it is confirmed.",
    "it is blocked when the date is confirmed.",
)
READERS = ("support", "tenant_manager", "mail_admin")
Story = Callable[[Company], Run]


def proposed(firm: Company) -> Run:
    run = stories.requested(firm)
    stories.propose(firm, run)
    return run


def countered(firm: Company) -> Run:
    run = proposed(firm)
    stories.counter(firm, run)
    return run


def proposed_again(firm: Company) -> Run:
    run = countered(firm)
    stories.propose(firm, run, stories.LATER, stories.LATER_END)
    return run


def agreed(firm: Company) -> Run:
    run = proposed_again(firm)
    stories.agree(firm, run)
    return run


STORIES = (stories.requested, proposed, countered, proposed_again, agreed)


def promises(text: str) -> list[str]:
    """List what promises in a text, with the words around it."""
    plain = " ".join(text.split())
    for denial in DENIALS:
        plain = plain.replace(denial, " ")
    return [plain[max(0, m.start() - 60) : m.end() + 60] for m in PROMISES.finditer(plain)]


def words(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    # A quotation is the vendor's FAQ, which speaks of no ticket.
    for quoted in soup.select("blockquote, script"):
        quoted.decompose()
    return soup.get_text(" ")


def texts(firm: Company, run: Run, language: str) -> Iterator[tuple[str, str]]:
    """Yield everything that anybody could read about a ticket."""
    own = f"/t/hanbit/runs/{run.reference}/"
    for who in READERS:
        firm[who].language = language
        firm[who].save()
    while deliveries.sweep(timezone.now()):
        pass
    for sent in mail.outbox:
        yield f"mail to {sent.to}", f"{sent.subject} {sent.body}"
    for who in READERS:
        client = firm.signed_in(who)
        addresses = [
            page(run) + "?day=2026-10-01",
            own,
            own + "outage/",
            "/t/hanbit/",
            "/t/hanbit/notices/",
        ]
        for address in addresses:
            answer = client.get(address)
            if answer.status_code == 200:
                yield f"{who} {address}", words(answer.text)
        answer = client.get(page(run) + "window.ics")
        if answer.status_code == 200:
            yield f"{who} .ics", answer.content.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
def test_nothing_promises_a_date(firm: Company, story: Story, language: str) -> None:
    run = story(firm)
    read = list(texts(firm, run, language))
    assert len(read) > 10
    found = {where: said for where, text in read if (said := promises(text))}
    assert found == {}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_words_are_found_once_both_sides_have_confirmed(firm: Company, language: str) -> None:
    run = stories.confirmed(firm)
    found = {where for where, text in texts(firm, run, language) if promises(text)}
    assert {f"{who} {page(run)}?day=2026-10-01" for who in READERS} <= found


def test_after_rescheduling_nothing_stands_any_more(firm: Company) -> None:
    run = stories.confirmed(firm)
    stories.give(engine.go_back, firm, run, "support", way="reschedule", reason="담당자 휴가")
    soup = BeautifulSoup(firm.signed_in("tenant_manager").get(page(run)).text, "html.parser")
    stands = soup.select_one(".datebox")
    assert stands is not None
    assert promises(stands.get_text(" ")) == []
