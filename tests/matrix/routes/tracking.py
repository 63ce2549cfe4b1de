"""Tracking links: who makes one, and that whoever holds one needs to be nobody."""

from typing import Any

from tests.matrix.calls import Call, everywhere, of_company, sets
from tests.matrix.personas import (
    BOSSES,
    EVERY_MANAGER,
    EVERY_SUPPORT,
    EVERYBODY,
    INSIDE,
    SEES_ALL,
    SERVING,
    SITE_ADMINS,
    SUPPORTS,
    Names,
    named,
)

_CHANGE = {"slug": "tenant", "ref": "run:change"}
_MANAGE = SITE_ADMINS | BOSSES | SUPPORTS


def held(outcome: str) -> Any:
    """Expect this of whoever holds a link, and 404 of any other token."""
    found = {one: sets({outcome: EVERYBODY}) for one in ("own", "foreign")}
    return found | {"missing": sets({"404": EVERYBODY})}


_LINK: dict[str, Any] = {
    "where": {"token": "tracking_token"},
    # Whoever holds the link may see what it shows.
    "own": True,
    "other": held("405"),
    "options": held("405"),
}
_SUBMISSION = {"submission": "5f5d0a7e-0000-4000-8000-000000000004"}
_REPORT = _SUBMISSION | {"sentence": "{mark} 문장", "wrong": "{mark} 틀렸다"}


def _managers(outcome: str) -> Any:
    """Expect this of a page of the vendor's managers."""
    return everywhere(sets({outcome: EVERY_MANAGER, "403": EVERY_SUPPORT}))


def _answered(outcome: str) -> Any:
    found = _managers(outcome)
    return found | {"missing": sets({"404": EVERY_MANAGER, "403": EVERY_SUPPORT})}


def _own(names: Names) -> Any:
    """Expect that an answer is marked as read by whom it is for."""
    return of_company({"led on": names})


CALLS = (
    Call("track", read=held("page"), write=held("405"), **_LINK),
    # No window is fixed yet.
    Call("track_calendar", read=held("404"), write=held("405"), fragment=True, **_LINK),
    Call("tracking_link", _CHANGE, read=of_company({"page": SEES_ALL})),
    Call(
        "tracking_link_make",
        _CHANGE,
        write=of_company({"page": _MANAGE, "403": SEES_ALL - _MANAGE}),
    ),
    Call(
        "tracking_link_revoke",
        _CHANGE,
        write=of_company({"led on": _MANAGE, "403": SEES_ALL - _MANAGE}),
    ),
    # Service is not resumed yet: nobody is asked.
    Call(
        "run_feedback",
        _CHANGE,
        body={"rating": "3", "words": "{mark} 좋음"},
        read=of_company({"page": SEES_ALL}),
        write=of_company({"409": SEES_ALL - SERVING, "403": SERVING}),
    ),
    Call(
        "track_feedback",
        body={"rating": "3", "words": "{mark} 좋음"},
        read=held("led on"),
        write=held("led on"),
        **_LINK,
    ),
    Call("vendor_feedback", read=_managers("page")),
    Call(
        "text_report",
        {"slug": "tenant", "key": "=domain_change"},
        body=_REPORT,
        query="step=resume",
        read=of_company({"page": INSIDE}),
        write=of_company({"led on": INSIDE}),
    ),
    Call("vendor_text_reports", read=_managers("page")),
    Call(
        "vendor_text_report",
        {"report": "text_report"},
        body={"state": "accepted", "answer": "{mark} 고칩니다"},
        write=_answered("led on"),
    ),
    Call(
        "answer_read",
        {"slug": "tenant", "report": "text_answer"},
        write=_own(named("requester_a")),
    ),
)
