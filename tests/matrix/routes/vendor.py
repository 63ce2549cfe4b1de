"""The vendor's pages, and what a company sees of the vendor's visits."""

from typing import Any

from helpdesk.vendor.configuration import configured
from helpdesk.vendor.forms import seen_text
from tests.matrix.calls import Call, everywhere, of_company, sets
from tests.matrix.personas import (
    BOSSES,
    EVERY_MANAGER,
    EVERY_SUPPORT,
    EVERY_VENDOR,
    INSIDE,
    SITE_ADMINS,
    Names,
    named,
)
from tests.matrix.world import Side

_REASON = {"reason": "{mark} 메일이 열리지 않는다는 문의"}
_SEE_CONFIGURATION = EVERY_MANAGER | named("support_a")


def vendor(outcome: str, names: Names) -> Any:
    """Expect this of a page of the vendor: to its other people it is forbidden."""
    return everywhere(sets({outcome: names, "403": EVERY_VENDOR - names}))


def company(outcome: str, names: Names, rest: str = "404") -> Any:
    """Expect this of a page about a company; managers of the vendor know every company."""
    forbidden = {"403": EVERY_SUPPORT - names} if rest == "403" else {}
    missing = sets(forbidden)
    expected = of_company({outcome: names} | forbidden)
    return expected | dict.fromkeys(("nowhere", "crossed", "missing"), missing)


def _configuration(side: Side) -> dict[str, Any]:
    values = configured(side.tenant)
    typed = {
        key: "\n".join(value) if isinstance(value, list) else value for key, value in values.items()
    }
    typed = {key: ("on" if value is True else value) for key, value in typed.items() if value}
    return typed | {"seen": seen_text(values), "external_user_price": "월 2,000원", **_REASON}


_COMPANY = {"company": "tenant"}
_STAFF = {"person": "person:support"}


def staff(command: str, who: str = "support", **body: str) -> Call:
    """Call a command about one of the vendor's people."""
    where = {"person": f"person:{who}", "command": f"={command}"}
    expected = vendor("led on", EVERY_MANAGER) | {"missing": _nobody("404")}
    return Call("vendor_person_command", where, command, _REASON | body, write=expected)


def _nobody(outcome: str) -> Any:
    return sets({outcome: EVERY_MANAGER, "403": EVERY_SUPPORT})


CALLS = (
    Call("vendor_tenants", read=everywhere(sets({"page": EVERY_VENDOR}))),
    Call(
        "vendor_visit",
        body=_REASON | {"company": "hanbit.example"},
        write=everywhere(sets({"led on": EVERY_VENDOR})),
    ),
    Call(
        "vendor_tenant_new",
        body={"name": "새 회사", "slug": "newcomer", "main_domain": "newcomer.example",
              "country": "KR", "zone": "Asia/Seoul", "admin_name": "새 사람",
              "admin_email": "first@newcomer.example", "language": "ko"},
        read=vendor("page", EVERY_MANAGER),
        write=vendor("led on", EVERY_MANAGER),
    ),
    Call(
        "vendor_tenant",
        _COMPANY,
        body=_configuration,
        read=company("page", _SEE_CONFIGURATION),
        write=company("led on", EVERY_MANAGER),
    ),
    Call(
        "vendor_tenant_assign",
        _COMPANY,
        body={"person": "person:visitor"},
        write=company("led on", EVERY_MANAGER, rest="403"),
    ),
    Call(
        "vendor_tenant_unassign",
        {**_COMPANY, "person": "person:support"},
        # Who serves another company is known to managers; it is only not so here.
        write=company("led on", EVERY_MANAGER, rest="403")
        | {"crossed": sets({"409": EVERY_MANAGER, "403": EVERY_SUPPORT})},
    ),
    Call(
        "vendor_tenant_visit",
        _COMPANY,
        body=_REASON,
        write=company("led on", _SEE_CONFIGURATION),
    ),
    Call("vendor_staff", read=vendor("page", EVERY_MANAGER)),
    Call(
        "vendor_staff_invite",
        body={"email": "new@vendor.example", "name": "새 사람", "roles": ["support"],
              "language": "ko"},
        write=vendor("led on", EVERY_MANAGER),
    ),
    Call(
        "vendor_invitation",
        {"invitation": "vendor_invitation", "command": "=revoke"},
        "revoke",
        write=vendor("led on", EVERY_MANAGER) | {"missing": _nobody("404")},
    ),
    Call(
        "vendor_invitation",
        {"invitation": "vendor_invitation", "command": "=again"},
        "again",
        write=vendor("led on", EVERY_MANAGER) | {"missing": _nobody("404")},
    ),
    # An invitation to a company is none of the vendor's.
    Call(
        "vendor_invitation",
        {"invitation": "invitation", "command": "=revoke"},
        "of a company",
        write=vendor("404", EVERY_MANAGER),
    ),
    Call("vendor_person", _STAFF, read=vendor("page", EVERY_MANAGER) | {"missing": _nobody("404")}),
    Call(
        "vendor_person",
        {"person": "person:bystander"},
        "of a company",
        read=vendor("404", EVERY_MANAGER),
    ),
    staff("give", role="manager"),
    staff("assign", "visitor", company="{mark}"),
    staff("deactivate"),
    Call("vendor_person_command", _STAFF | {"command": "=sing"}, "none",
         write=vendor("404", EVERY_MANAGER)),
    Call(
        "support_visits",
        {"slug": "tenant"},
        read=of_company({"page": SITE_ADMINS | BOSSES, "403": INSIDE - SITE_ADMINS - BOSSES}),
    ),
    Call(
        "support_visit_end",
        {"slug": "tenant", "number": "visit"},
        write=of_company(
            {
                "led on": SITE_ADMINS | named("visitor_a"),
                "403": INSIDE - SITE_ADMINS - named("visitor_a"),
            }
        ),
    ),
)  # fmt: skip
