"""What was typed against what is known."""

from datetime import date, timedelta
from typing import Any

import pytest

from procedures.rules import (
    AddressFree,
    AnyGiven,
    ChoiceIs,
    CoveredBy,
    Differs,
    Disjoint,
    DomainRegistered,
    EverybodyIn,
    InOrder,
    MonthNotLater,
    MxMatches,
    NameServersAre,
    NoLocalPartChange,
    NothingAddedSince,
    OneTimeOrInterval,
    OnlyAddedHere,
    OwnCountryListed,
    OwnCountryStays,
    Text,
)
from procedures.rules.base import Verdict
from procedures.rules.facts import Probe
from procedures.rules.timing import MICRO
from tests.catalog.facts import NEW_YORK, facts, kst, local

NOON = kst("2026-11-23T12:00")
HOUR = timedelta(hours=1)


def judge(rule: Any, at: Any = NOON, **kw: Any) -> Verdict:
    verdict: Verdict = rule.judge(facts(at, **kw))
    return verdict


@pytest.mark.parametrize(
    ("at", "month", "level"),
    [
        (NOON, "202611", "allowed"),
        (NOON, "202612", "blocked"),
        (NOON, "200001", "allowed"),
        # the last instant of November in Seoul, and the first of December
        (kst("2026-11-30T23:59:59.999999"), "202612", "blocked"),
        (kst("2026-12-01T00:00"), "202612", "allowed"),
        # 08:30 in Seoul on the first is still the last month in UTC
        (kst("2026-12-01T08:30"), "202612", "allowed"),
        # the year ends
        (kst("2026-12-31T23:59:59.999999"), "202701", "blocked"),
        (kst("2027-01-01T00:00"), "202701", "allowed"),
    ],
)
def test_a_month_is_not_later_than_the_current(at: Any, month: str, level: str) -> None:
    assert judge(MonthNotLater(), at, values={"month": month}).level == level


def test_the_current_month_is_the_tenants() -> None:
    at = local("2026-11-30T20:00", NEW_YORK)  # already December in Seoul
    assert judge(MonthNotLater(), at, values={"month": "202612"}, zone=NEW_YORK).level == "blocked"
    assert judge(MonthNotLater(), at, values={"month": "202612"}).level == "allowed"


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [
        ("202408", "202408", "allowed"),
        ("202408", "202407", "blocked"),
        ("202312", "202401", "allowed"),
        (date(2026, 12, 31), date(2027, 1, 1), "allowed"),
        (date(2027, 1, 1), date(2026, 12, 31), "blocked"),
        (NOON, NOON - MICRO, "blocked"),
    ],
)
def test_a_beginning_is_not_after_its_end(first: Any, second: Any, level: str) -> None:
    verdict = judge(InOrder("first", "second"), values={"first": first, "second": second})
    assert verdict.level == level


@pytest.mark.parametrize(
    ("add", "remove", "both"),
    [
        (("kim@a.example",), ("lee@a.example",), None),
        (("kim@a.example",), ("KIM@a.example",), ("kim@a.example",)),
        ((), (), None),
    ],
)
def test_nobody_stands_on_both_lists(add: Any, remove: Any, both: Any) -> None:
    verdict = judge(Disjoint("add", "remove"), values={"add": add, "remove": remove})
    assert (verdict.level, verdict.params.get("people")) == ("blocked" if both else "allowed", both)


@pytest.mark.parametrize(
    ("values", "level"),
    [({"a": ()}, "blocked"), ({"a": ("x",)}, "allowed"), ({"a": (), "b": "y"}, "allowed")],
)
def test_at_least_one_is_given(values: dict[str, Any], level: str) -> None:
    rule = AnyGiven(("a", "b"))
    assert judge(rule, values=values).level == level
    assert not rule.ready(facts(NOON))


def test_a_new_value_differs() -> None:
    same = {"new_main": "a.example", "current_main": "a.example"}
    assert judge(Differs(), values=same).level == "blocked"
    assert judge(Differs(), values={**same, "new_main": "b.example"}).level == "allowed"


@pytest.mark.parametrize(
    ("added", "level"), [(NOON - MICRO, "allowed"), (NOON, "allowed"), (NOON + MICRO, "blocked")]
)
def test_nothing_is_added_after_the_review(added: Any, level: str) -> None:
    verdict = judge(
        NothingAddedSince(), NOON + HOUR, recorded={"review": NOON}, value_at={"changes": added}
    )
    assert verdict.level == level


@pytest.mark.parametrize(
    ("then", "now", "level"),
    [
        (("kim", "lee"), ("lee", "kim"), "allowed"),
        (("kim",), ("kim", "lee"), "blocked"),
        (("kim", "lee"), ("kim",), "blocked"),
        (None, (), "allowed"),
    ],
)
def test_an_acknowledgement_covers_exactly_the_list(then: Any, now: Any, level: str) -> None:
    verdict = judge(
        CoveredBy("acknowledge_cost", "users"),
        covered={"acknowledge_cost": {"users": then}},
        values={"users": now},
    )
    assert verdict.level == level


@pytest.mark.parametrize(
    ("answer", "level"), [("unit", "allowed"), ("unsure", "caution"), ("individuals", "blocked")]
)
def test_an_answer_decides_the_way(answer: str, level: str) -> None:
    rule = ChoiceIs("kind", ("unit",), Text("메일링을 쓰세요.", "Use a mailing list."), ("unsure",))
    assert judge(rule, values={"kind": answer}).level == level


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"deleted_at": NOON}, "ok"),
        ({"deleted_at": NOON + MICRO}, "future"),
        ({"deleted_from": NOON - HOUR, "deleted_to": NOON}, "ok"),
        ({"deleted_from": NOON, "deleted_to": NOON}, "ok"),
        ({"deleted_from": NOON, "deleted_to": NOON - MICRO}, "reversed"),
        ({"deleted_from": NOON, "deleted_to": NOON + MICRO}, "future"),
        ({"deleted_from": NOON}, "half"),
        ({"deleted_to": NOON}, "half"),
        ({"deleted_at": NOON, "deleted_to": NOON}, "both"),
    ],
)
def test_one_time_or_a_whole_interval(values: dict[str, Any], code: str) -> None:
    verdict = judge(OneTimeOrInterval(), values=values)
    assert verdict.code == code
    assert (verdict.level == "allowed") is (code == "ok")


@pytest.mark.parametrize(
    ("wanted", "level"),
    [("contact", "blocked"), ("Contact", "blocked"), ("contact@a.example", "blocked"),
     ("sales", "allowed")],
)  # fmt: skip
def test_an_address_is_taken_once_without_regard_to_case(wanted: str, level: str) -> None:
    verdict = judge(
        AddressFree(), values={"local_part": wanted}, addresses=frozenset({"contact", "kim"})
    )
    assert verdict.level == level
    assert AddressFree().guard == "claim"


@pytest.mark.parametrize(
    ("named", "level", "code"),
    [
        ("old.example", "allowed", "ok"),
        (("old.example", "new.example"), "allowed", "automatic"),
        (("sub.example",), "allowed", "automatic"),
        (("info@old.example",), "allowed", "automatic"),  # an address names its domain
        (("old.example", "other.example"), "blocked", "strange"),
        ((), "allowed", "automatic"),
    ],
)
def test_a_domain_in_use_is_registered(named: Any, level: str, code: str) -> None:
    verdict = judge(
        DomainRegistered("group_domains"),
        values={
            "group_domains": named,
            "new_main": "new.example",
            "multi_domains": ("sub.example",),
        },
        domains=("old.example",),
    )
    assert (verdict.level, verdict.code) == (level, code)


@pytest.mark.parametrize(
    ("removed", "level"), [(("JP",), "allowed"), (("JP", "KR"), "blocked"), ((), "allowed")]
)
def test_the_own_country_stays(removed: Any, level: str) -> None:
    verdict = judge(OwnCountryStays(), values={"remove_countries": removed}, country="KR")
    assert verdict.level == level


@pytest.mark.parametrize(
    ("current", "added", "level"),
    [
        (("KR",), ("JP",), "allowed"),
        ((), ("JP", "KR"), "allowed"),
        ((), ("JP",), "blocked"),
        (("US",), ("JP",), "blocked"),
    ],
)
def test_the_own_country_is_listed_after_saving(current: Any, added: Any, level: str) -> None:
    values = {"current_countries": current, "countries": added}
    assert judge(OwnCountryListed(), values=values, country="KR").level == level


@pytest.mark.parametrize(
    ("removed", "elsewhere", "code"),
    [
        (("JP",), frozenset(), "ok"),
        ((), frozenset({"JP"}), "ok"),
        (("JP", "US"), frozenset(), "not_ours"),  # was there before
        (("DE",), frozenset(), "not_ours"),  # never added
        (("JP",), frozenset({"JP"}), "needed"),  # another open run needs it
    ],
)
def test_only_what_was_added_here_is_taken_off(removed: Any, elsewhere: Any, code: str) -> None:
    verdict = judge(
        OnlyAddedHere(),
        values={
            "remove_countries": removed,
            "countries": ("JP", "US"),
            "current_countries": ("KR", "US"),
        },
        countries_elsewhere=elsewhere,
    )
    assert verdict.code == code
    assert OnlyAddedHere().guard == "tenant"


@pytest.mark.parametrize(
    ("done", "missing"),
    [
        (("kim@a.example", "LEE@a.example"), None),
        (("kim@a.example",), ("lee@a.example",)),
        ((), ("kim@a.example", "lee@a.example")),
    ],
)
def test_everybody_on_the_list_confirms(done: Any, missing: Any) -> None:
    values = {"users": ("kim@a.example", "lee@a.example"), "done": done}
    verdict = judge(EverybodyIn("users", "done"), values=values)
    assert verdict.params.get("people") == missing
    assert verdict.level == ("blocked" if missing else "allowed")


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ((), None),
        # only the domain changes: that is what the procedure does
        (("kim@old.example -> kim@new.example",), None),
        (("kim@old.example, Kim@new.example",), None),
        (("kim@old.example -> hana@new.example",), 1),
        (("kim@a.example kim@b.example", "lee → lee2"), 2),
        # a lone id asks for something
        (("kim",), 1),
    ],
)
def test_ids_before_the_domain_are_not_changed(rows: Any, row: int | None) -> None:
    verdict = judge(NoLocalPartChange(), values={"id_changes": rows})
    assert (verdict.level, verdict.params.get("row")) == ("blocked" if row else "allowed", row)


MX = ("10 mx1.tigris.example",)


def probe(outcome: str, minutes: int = 0, domain: str = "new.example") -> Probe:
    return Probe(domain, NOON - timedelta(minutes=minutes), outcome, MX, MX)


@pytest.mark.parametrize(
    ("outcome", "hard", "soft", "code"),
    [
        ("right", "allowed", "allowed", "ok"),
        ("none", "caution", "caution", "not_configured"),
        ("timeout", "caution", "caution", "unknown"),
        ("disagree", "caution", "caution", "disagree"),
        ("wrong", "blocked", "caution", "wrong"),
    ],
)
def test_unknown_is_not_wrong(outcome: str, hard: str, soft: str, code: str) -> None:
    for is_soft, level in ((False, hard), (True, soft)):
        verdict = judge(
            MxMatches(("domain",), soft=is_soft),
            values={"domain": "new.example"},
            expected_mx=MX,
            probes={"new.example": probe(outcome)},
        )
        assert (verdict.level, verdict.code) == (level, code)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOON + timedelta(minutes=15), "ok"),  # the last instant is included
        (NOON + timedelta(minutes=15) + MICRO, "stale"),
    ],
)
def test_a_look_is_good_for_fifteen_minutes(at: Any, code: str) -> None:
    verdict = judge(
        MxMatches(("domain",)),
        at,
        values={"domain": "new.example"},
        expected_mx=MX,
        probes={"new.example": probe("right")},
    )
    assert verdict.code == code


def test_the_worst_domain_answers() -> None:
    rule = MxMatches(("new_main", "multi_domains"))
    values = {"new_main": "new.example", "multi_domains": ("a.example", "new.example")}
    looks = {"new.example": probe("right"), "a.example": probe("wrong", domain="a.example")}
    verdict = judge(rule, values=values, expected_mx=MX, probes=looks)
    assert (verdict.code, verdict.params["domain"]) == ("wrong", "a.example")
    assert rule.domains(facts(NOON, values=values)) == ("new.example", "a.example")
    missing = judge(rule, values=values, expected_mx=MX, probes={})
    assert missing.code == "stale"


def test_the_dns_is_not_judged_before_it_can_be() -> None:
    rule = MxMatches(("domain",))
    values = {"domain": "new.example"}
    assert not rule.ready(facts(NOON, values=values))
    assert not rule.ready(facts(NOON, values=values, expected_mx=MX))
    assert rule.ready(facts(NOON, values=values, expected_mx=MX, probes={}))
    # nothing to compare with: caution, whatever the DNS says
    assert judge(rule, values=values, expected_mx=()).code == "not_configured"


@pytest.mark.parametrize(
    ("servers", "suffixes", "level", "code"),
    [
        (("ns1.godo.example",), ("godo.example",), "allowed", "ok"),
        (("NS1.Godo.Example.",), (".godo.example",), "allowed", "ok"),
        (("ns1.notgodo.example",), ("godo.example",), "caution", "other"),
        (("ns1.godo.example", "ns2.other.example"), ("godo.example",), "caution", "other"),
        (("ns1.godo.example",), (), "caution", "not_configured"),
        ((), ("godo.example",), "caution", "other"),
    ],
)
def test_other_name_servers_need_care(servers: Any, suffixes: Any, level: str, code: str) -> None:
    verdict = judge(
        NameServersAre(), values={"name_servers": servers}, name_server_suffixes=suffixes
    )
    assert (verdict.level, verdict.code) == (level, code)
