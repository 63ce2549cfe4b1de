"""What is said about runs: whoever sees a run reads and comments; internal is the vendor's."""

from typing import Any

from tests.matrix.calls import Call, Expected, of_company
from tests.matrix.personas import INSIDE, MEMBERS, SEES_ALL, SERVING, named

_RUN = {"slug": "tenant", "ref": "run:recovery"}
# Whoever sees the run of a mailbox.
_SEES = SEES_ALL | named("requester_a", "owner_a")
_PAGE = of_company({"page": _SEES})
_LED = of_company({"led on": _SEES})
_FILE = {**_RUN, "file": "file"}
_INTERNAL = {**_RUN, "file": "internal_file"}
# Asked for further in than elsewhere: a stranger is told first that there is no such run.
_OTHER: Expected = of_company({"405": _SEES})
_FORM = {
    "submission": "5f5d0a7e-0000-4000-8000-000000000003",
    "text": "{mark} 댓글",
    "visibility": "public",
}
_CALL: dict[str, Any] = {"other": _OTHER, "options": _OTHER}
assert SERVING <= _SEES <= INSIDE
assert frozenset() == MEMBERS & SERVING

CALLS = (
    Call("talk", _RUN, body=_FORM, read=_PAGE, write=_LED, **_CALL),
    Call("talk", _RUN, "draft", body=_FORM | {"then": "draft"}, read=_PAGE, write=_LED, again=True,
         **_CALL),
    Call("talk", _RUN, "draft kept while typing", body=_FORM | {"then": "autosave"}, read=_PAGE,
         write=of_company({"204": _SEES}), again=True, fragment=True, **_CALL),
    Call("talk", _RUN, "with nothing said", body={**_FORM, "text": ""}, read=_PAGE,
         write=of_company({"422": _SEES}), again=True, **_CALL),
    Call("talk_live", _RUN, fragment=True, read=_PAGE),
    Call("talk_read", _RUN, body={"seen": "1-1", "at": "2026-11-23T02:00:00Z"}, write=_LED),
    Call(
        "talk_remove",
        {**_RUN, "comment": "comment"},
        write=of_company({"led on": named("requester_a"), "403": _SEES - named("requester_a")}),
    ),
    Call(
        "talk_remove",
        {**_RUN, "comment": "internal_comment"},
        label="internal",
        write=of_company({"led on": named("support_a"), "403": SERVING - named("support_a")}),
    ),
    Call("talk_file", _FILE, fragment=True, read=_PAGE),
    Call("talk_file", _INTERNAL, "internal", fragment=True,
         read=of_company({"page": SERVING})),
)  # fmt: skip
