"""The window of a change of domain: who sees it, and that nobody rolls back what is not out."""

from tests.matrix.calls import Call, of_company
from tests.matrix.personas import BOSSES, MAIL_ADMINS, SEES_ALL, SITE_ADMINS, SUPPORTS

_CHANGE = {"slug": "tenant", "ref": "run:change"}
_REASON = {"submission": "5f5d0a7e-0000-4000-8000-000000000003", "reason": "{mark} 까닭"}
_PREPARE = SITE_ADMINS | MAIL_ADMINS | SUPPORTS
_KEEP = _PREPARE | BOSSES

CALLS = (
    Call("outage_window", _CHANGE, read=of_company({"page": SEES_ALL})),
    Call(
        "outage_window",
        {"slug": "tenant", "ref": "run:recovery"},
        "of what has none",
        read=of_company({}),
    ),
    Call("outage_live", _CHANGE, fragment=True, read=of_company({"page": SEES_ALL})),
    Call("outage_rollback", _CHANGE, body=_REASON, write=of_company({"409": SEES_ALL})),
    Call("outage_pack", _CHANGE, read=of_company({"page": SEES_ALL})),
    Call(
        "outage_pack_sent",
        _CHANGE,
        body={"text": "notice", "version": "1"},
        write=of_company({"led on": _PREPARE, "403": SEES_ALL - _PREPARE}),
    ),
    Call(
        "outage_pack_outlook",
        _CHANGE,
        body={"address": "kim@{mark}.example"},
        write=of_company({"led on": _PREPARE, "403": SEES_ALL - _PREPARE}),
    ),
    # No date is fixed, so nobody is given a file that tells one.
    Call("outage_pack_text", _CHANGE, read=of_company({})),
    Call("outage_pack_zip", _CHANGE, read=of_company({})),
    Call(
        "outage_lists",
        _CHANGE,
        body={"text": "kim@{mark}.example,kim@new.{mark}.example", "then": "keep"},
        read=of_company({"page": SEES_ALL}),
        write=of_company({"led on": _KEEP, "403": SEES_ALL - _KEEP}),
    ),
)
