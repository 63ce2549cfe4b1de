"""Pages about the people of a company, and the door for whoever is invited."""

from tests.matrix.calls import Call, everywhere, of_company, sets
from tests.matrix.personas import (
    BOSSES,
    EVERYBODY,
    INSIDE,
    SITE_ADMINS,
    Names,
    named,
)
from tests.matrix.world import PASSWORD

_COMPANY = {"slug": "tenant"}
_ADMINS_SEE = SITE_ADMINS | BOSSES
_REASON = {"reason": "{mark} 까닭이 있어서"}


def allowed(outcome: str, names: Names) -> dict[str, Names]:
    """Say that these get it, and that whoever else is inside is forbidden it."""
    return {outcome: names, "403": INSIDE - names}


def about(route: str, who: str, names: Names, **more: object) -> Call:
    """Call a command about a person: who may not is told so before anybody is looked for."""
    outcome = str(more.pop("outcome", "led on"))
    where = {**_COMPANY, "person": f"person:{who}"}
    expected = of_company(allowed(outcome, names), absent={"403": INSIDE - SITE_ADMINS})
    return Call(route, where, write=expected, **more)  # type: ignore[arg-type]


_PERSON = {**_COMPANY, "person": "person:bystander"}
_INVITED = {**_COMPANY, "invitation": "invitation"}
_ABSENT = {"403": INSIDE - SITE_ADMINS}
_DOOR = {"token": "invitation_token"}

CALLS = (
    Call("people", _COMPANY, read=of_company(allowed("page", _ADMINS_SEE))),
    Call("people", _COMPANY, "one", query="q=한빛", read=of_company(allowed("page", _ADMINS_SEE))),
    Call(
        "people_invite",
        _COMPANY,
        body={"email": "new@{mark}.example", "name": "새 사람", "language": "ko",
              "roles": ["member"]},
        read=of_company(allowed("page", SITE_ADMINS)),
        write=of_company(allowed("led on", SITE_ADMINS)),
    ),
    Call(
        "invitation_send_again",
        _INVITED,
        write=of_company(allowed("led on", SITE_ADMINS), absent=_ABSENT),
    ),
    Call(
        "invitation_revoke",
        _INVITED,
        write=of_company(allowed("led on", SITE_ADMINS), absent=_ABSENT),
    ),
    # Everybody may see their own.
    Call(
        "person",
        _PERSON,
        read=of_company(
            allowed("page", _ADMINS_SEE | named("bystander_a")),
            absent={"403": INSIDE - _ADMINS_SEE},
        ),
    ),
    about(
        "person_give_role",
        "bystander",
        SITE_ADMINS,
        body=_REASON | {"role": "tenant_manager"},
    ),
    about("person_take_role", "several", SITE_ADMINS, body=_REASON | {"role": "tenant_manager"}),
    about("person_deactivate", "bystander", SITE_ADMINS, body=_REASON),
    about(
        "person_reactivate", "left", SITE_ADMINS, body=_REASON | {"roles": ["member"]}
    ),
    about("person_send_link", "bystander", SITE_ADMINS),
    about(
        "substitute_appoint",
        "mail_admin",
        SITE_ADMINS | named("mail_admin_a"),
        body=_REASON
        | {"stand_in": "person:owner", "first": "2026-11-24", "last": "2026-11-25"},
    ),
    Call(
        "substitute_end",
        {**_COMPANY, "person": "person:site_admin", "substitute": "substitute"},
        write=of_company(allowed("led on", SITE_ADMINS), absent=_ABSENT),
    ),
    # A link is for whoever holds it; who is signed in as somebody else is told so.
    Call(
        "invitation",
        _DOOR,
        own=True,
        body={"name": "새 사람", "password1": PASSWORD, "password2": PASSWORD},
        read={"own": sets({"page": EVERYBODY}), "foreign": sets({"page": EVERYBODY}),
              "missing": sets({"404": EVERYBODY})},
        write={"own": sets({}, rest="403", out="led on"),
               "foreign": sets({}, rest="403", out="led on"),
               "missing": sets({"404": EVERYBODY})},
        other=everywhere(sets({"405": EVERYBODY})),
        options=everywhere(sets({"405": EVERYBODY})),
    ),
)  # fmt: skip
