"""Tracking links: who makes one, and that whoever holds one needs to be nobody."""

from typing import Any

from tests.matrix.calls import Call, of_company, sets
from tests.matrix.personas import BOSSES, EVERYBODY, SEES_ALL, SITE_ADMINS, SUPPORTS

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
)
