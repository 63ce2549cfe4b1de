"""Search: the right procedure first for how people ask, and what the asking already tells."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from procedures.catalog import BY_KEY, PROCEDURES
from procedures.rules.countries import COUNTRY_CODES
from procedures.selectors.countries import country_names, find_countries
from procedures.selectors.hints import prefill, read_hints
from procedures.selectors.search import Hit, Index
from tests.selectors.phrasings import PHRASINGS

SEOUL = ZoneInfo("Asia/Seoul")
# Monday noon in Seoul
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
INDEX = Index(PROCEDURES)


def find(query: str) -> tuple[Hit, ...]:
    return INDEX.find(query, read_hints(query, NOW, SEOUL, "KR"))


def told(procedure: str, query: str) -> dict[str, tuple[str, ...]]:
    return prefill(BY_KEY[procedure], read_hints(query, NOW, SEOUL, "KR"))


def test_the_right_procedure_comes_first() -> None:
    asked = [(key, query) for key, queries in PHRASINGS.items() for query in queries]
    assert len(asked) >= 60
    assert set(PHRASINGS) == set(BY_KEY)
    wrong = [
        (query, key, [hit.procedure.key for hit in found[:2]])
        for key, query in asked
        if not (found := find(query)) or found[0].procedure.key != key
    ]
    assert len(wrong) <= len(asked) * 0.05, wrong


def test_none_of_the_phrasings_is_copied_from_the_catalog() -> None:
    known = {phrase for one in PROCEDURES for phrase in one.phrases}
    assert not known & {query for queries in PHRASINGS.values() for query in queries}


@pytest.mark.parametrize("one", PROCEDURES, ids=lambda one: one.key)
def test_its_own_words_find_a_procedure(one: object) -> None:
    assert hasattr(one, "phrases")
    for query in (one.question, one.title.ko, one.title.en, *one.phrases):  # type: ignore[attr-defined]
        assert find(query)[0].procedure is one, query


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("메일을 복구", "mail_recovery"),
        ("메일이 복구가 되나요", "mail_recovery"),
        ("복구", "mail_recovery"),
        ("도매인을 바꿀려고", "domain_change"),
        ("휴면계정풀기", "dormant_account"),
        ("빽업좀요", "mail_backup"),
        ("메일 않되요 일본", "allowed_countries"),
    ],
)
def test_particles_spacing_and_spelling_do_not_matter(query: str, key: str) -> None:
    assert find(query)[0].procedure.key == key


@pytest.mark.parametrize("query", ["", "   ", "asdf", "🙂", "점심 뭐 먹지", "%_'\"<b>", "a" * 200])
def test_what_is_about_nothing_finds_nothing(query: str) -> None:
    assert find(query) == ()


def test_the_best_come_first_and_few() -> None:
    scores = [hit.score for hit in find("메일 접속이 안 돼요")]
    assert scores == sorted(scores, reverse=True)
    assert 1 < len(scores) <= 5


# what the asking tells


@pytest.mark.parametrize(
    ("procedure", "query", "values"),
    [
        # an hour that may be two is a span; one that cannot be is a time
        (
            "mail_recovery",
            "어제 3시에 kim@hanbit.example 메일 지웠어요",
            {
                "mailbox": ("kim@hanbit.example",),
                "deleted_from": ("2026-11-22T03:00+09:00",),
                "deleted_to": ("2026-11-22T15:00+09:00",),
            },
        ),
        (
            "mail_recovery",
            "어제 오후 3시 반에 지웠어요",
            {"deleted_at": ("2026-11-22T15:30+09:00",)},
        ),
        ("mail_recovery", "오늘 3시에 지움", {"deleted_at": ("2026-11-23T03:00+09:00",)}),
        ("mail_recovery", "2시간 전에 지움", {"deleted_at": ("2026-11-23T10:00+09:00",)}),
        ("mail_recovery", "yesterday 3pm", {"deleted_at": ("2026-11-22T15:00+09:00",)}),
        ("mail_recovery", "밤 11시에 지움", {}),  # of which day is not said
        (
            "mail_recovery",
            "오늘 지웠어요",
            {
                "deleted_from": ("2026-11-23T00:00+09:00",),
                "deleted_to": ("2026-11-23T12:00+09:00",),
            },
        ),
        ("mail_recovery", "오늘 오후 3시에 지움", {}),  # has not come yet
        # months up to the current one
        (
            "mail_backup",
            "202401부터 202406까지",
            {"month_from": ("202401",), "month_to": ("202406",)},
        ),
        (
            "mail_backup",
            "작년 3월부터 5월까지",
            {"month_from": ("202503",), "month_to": ("202505",)},
        ),
        ("mail_backup", "지난달 메일", {"month_from": ("202610",), "month_to": ("202610",)}),
        ("mail_backup", "12월 메일", {"month_from": ("202512",), "month_to": ("202512",)}),
        ("mail_backup", "202413 백업", {}),
        ("mail_backup", "202612 백업", {}),
        ("mail_backup", "11월 5일 메일", {}),
        # countries, without the tenant's own
        (
            "allowed_countries",
            "일본하고 베트남 출장, 한국에서는 돼요",
            {"countries": ("JP", "VN")},
        ),
        ("allowed_countries", "a trip to Germany", {"countries": ("DE",)}),
        # the new domain; of two the first is the present one
        ("domain_change", "newco.kr로 바꿔주세요", {"new_main": ("newco.kr",)}),
        (
            "domain_change",
            "hanbit.example에서 hanbit.kr로",
            {"current_main": ("hanbit.example",), "new_main": ("hanbit.kr",)},
        ),
        ("godomall_mx", "shop.co.kr mx 등록", {"domain": ("shop.co.kr",)}),
        # an address is no domain; a field of many takes all
        (
            "external_user_mail",
            "kim@a.kr, lee@b.kr 외부 메일",
            {"users": ("kim@a.kr", "lee@b.kr")},
        ),
        ("domain_change", "kim@a.kr", {"requester": ("kim@a.kr",)}),
        # a service that is named alone
        ("service_sync", "전자결재 접속 안됨", {"service": ("approval",)}),
        ("service_sync", "메일 접속 안됨", {"service": ("email",)}),
        ("service_sync", "메일이랑 전자결재", {}),
    ],
)
def test_fields_are_filled_where_the_search_tells_them(
    procedure: str, query: str, values: dict[str, tuple[str, ...]]
) -> None:
    assert told(procedure, query) == values


def test_the_tenant_s_zone_says_which_day_yesterday_is() -> None:
    late = datetime(2026, 11, 23, 20, tzinfo=UTC)  # Tuesday 05:00 in Seoul
    hints = read_hints("어제 오전 9시", late, SEOUL)
    assert hints.span is not None
    assert hints.span.first.isoformat() == "2026-11-23T09:00:00+09:00"
    abroad = read_hints("어제 오전 9시", late, ZoneInfo("America/New_York")).span
    assert abroad is not None
    assert abroad.first.isoformat() == "2026-11-22T09:00:00-05:00"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("인도네시아", ("ID",)),
        ("인도에서", ("IN",)),
        ("메일이 들어가나요", ()),  # 가나
        ("이란 게 뭔가요", ("IR",)),
        ("도쿄에서 접속", ("JP",)),
        ("indiana", ()),
        ("파리만 날려요", ("FR",)),
    ],
)
def test_countries_are_found_by_whole_names(text: str, codes: tuple[str, ...]) -> None:
    assert find_countries(text, "KR") == codes


def test_every_country_has_a_name_in_both_languages() -> None:
    for language in ("ko", "en"):
        names = country_names(language)
        assert set(names) == COUNTRY_CODES
        assert all(name != code for code, name in names.items())
    assert country_names("ko")["JP"] == "일본"
