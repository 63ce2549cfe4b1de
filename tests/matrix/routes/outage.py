"""The window of a change of domain: who sees it, and that nobody rolls back what is not out."""

from tests.matrix.calls import Call, of_company
from tests.matrix.personas import SEES_ALL

_CHANGE = {"slug": "tenant", "ref": "run:change"}
_REASON = {"submission": "5f5d0a7e-0000-4000-8000-000000000003", "reason": "{mark} 까닭"}

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
)
