"""The DNS of a run: who sees it, who may look now, who starts the inquiry at Godomall."""

from tests.matrix.calls import Call, of_company
from tests.matrix.personas import MAIL_ADMINS, MANAGERS, SEES_ALL, SITE_ADMINS, SUPPORTS, named

_CHANGE = {"slug": "tenant", "ref": "run:change"}
_GODO = {"slug": "tenant", "ref": "run:godo"}
_NONE = {"slug": "tenant", "ref": "run:recovery"}
_REQUESTER = named("requester_a")

CALLS = (
    Call("dns_page", _CHANGE, read=of_company({"page": SEES_ALL})),
    Call("dns_page", _GODO, "at Godomall", read=of_company({"page": SEES_ALL | _REQUESTER})),
    Call("dns_page", _NONE, "of what has none", read=of_company({})),
    Call(
        "dns_check",
        _CHANGE,
        write=of_company({"led on": SITE_ADMINS | MAIL_ADMINS | SUPPORTS}),
    ),
    Call("dns_check", _GODO, "at Godomall", write=of_company({"led on": MAIL_ADMINS})),
    Call("dns_check", _NONE, "of what has none", write=of_company({})),
    Call(
        "dns_godomall",
        _CHANGE,
        body={"domain": "new.{mark}.example"},
        write=of_company({"led on": SEES_ALL - MANAGERS}),
    ),
    Call(
        "dns_godomall",
        _CHANGE,
        "for a domain of another run",
        body={"domain": "shop.{mark}.example"},
        write=of_company({}),
    ),
)
