"""Pages of a company beside its runs: work, search, procedures, ledger, notices."""

from tests.matrix.calls import Call, of_company
from tests.matrix.personas import BOSSES, INSIDE, MANAGERS, MEMBERS, SITE_ADMINS, named

_COMPANY = {"slug": "tenant"}
_PAGE = of_company({"page": INSIDE})
_OPENERS = MEMBERS | named("support_a", "visitor_a")
_GIVING_BACK = BOSSES | MANAGERS

CALLS = (
    Call("my_work", _COMPANY, read=_PAGE),
    Call("search", _COMPANY, query="q=메일", read=_PAGE),
    Call("procedure_list", _COMPANY, read=_PAGE),
    Call(
        "procedure",
        {**_COMPANY, "key": "=mailing_list"},
        body={
            "submission": "5f5d0a7e-0000-4000-8000-000000000001",
            "kind_of_members": "individuals",
            "list_name": "{mark}",
            "local_part": "news",
            "domain": "{mark}.example",
            "members": "lee@{mark}.example",
        },
        read=_PAGE,
        write=of_company({"led on": _OPENERS, "422": INSIDE - _OPENERS}),
    ),
    Call(
        "procedure",
        {**_COMPANY, "key": "=no_such_procedure"},
        label="none",
        read=of_company({}),
        write=of_company({}),
    ),
    Call("ledger", _COMPANY, read=_PAGE),
    Call(
        "ledger_outside",
        _COMPANY,
        body={"service": "approval", "at": "2026-11-23T11:55", "note": "{mark}"},
        write=of_company({"led on": SITE_ADMINS, "422": INSIDE - SITE_ADMINS}),
    ),
    Call(
        "ledger_give_back",
        {**_COMPANY, "claim": "claim"},
        body={"reason": "{mark} 화면에 그대로 보입니다.", "still_offered": "on"},
        write=of_company({"led on": _GIVING_BACK, "422": INSIDE - _GIVING_BACK}),
    ),
    Call("notices", _COMPANY, read=_PAGE),
    Call("notices_read", _COMPANY, write=of_company({"led on": INSIDE})),
    Call(
        "notice_read",
        {**_COMPANY, "notice": "notice:bystander"},
        write=of_company({"led on": named("bystander_a")}),
    ),
    Call(
        "notice_read",
        {**_COMPANY, "notice": "notice:requester"},
        label="to its run",
        body={"then": "run"},
        write=of_company({"led on": named("requester_a")}),
    ),
)
