"""Pasted lists: however a spreadsheet writes them, each wrong row is named with why."""

import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from audit.models import Body
from procedures.present.language import say
from tests.engine.cast import Cast, kinds
from tests.engine.domains import ASKED, scheduled
from tests.tickets.outage.windows import address, browser
from tickets.outage.cells import safe, to_csv
from tickets.outage.lists import Row, Unreadable, check, decode
from tickets.tracking.links import PROCEDURES

GOOD = "kim@old.example,kim@new.example"


@pytest.fixture
def facts(cast: Cast) -> Any:
    from procedures import store

    run = cast.open("support", "domain_change", **ASKED | {"drop_domains": ["gone.example"]})
    procedure = store.procedure_of(run.version_id)
    ask = store.Ask(actor_id=None, needs=store.needs_of(procedure.steps))
    return store.read(run, ask, cast.now).loaded.facts


def reasons(rows: list[Row]) -> dict[int, str]:
    with translation.override("ko"):
        return {
            row.number: " / ".join(say(one.text, one.params) for one in row.wrong)
            for row in rows
            if row.wrong
        }


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "kim@old.example;kim@new.example;사용자",
        "kim@old.example\tkim@new.example",
        "old,new\n" + GOOD,
        "기존;새;종류\nkim@old.example;kim@new.example;메일링",
        "kind,new,old\nmailing,kim@new.example,kim@old.example",
        "주소1,주소2\n" + GOOD,
        "\ufeff" + GOOD + "\n",
        f"\n\n{GOOD}\n\n",
        '"kim@old.example","kim@new.example"\r\n',
        "KIM@OLD.example,kim@new.EXAMPLE.",
        "kim@old.example,kim@old.example",
    ],
)
def test_a_right_row_is_right_however_it_is_written(facts: Any, text: str) -> None:
    rows = check(text, facts)
    assert len(rows) == 1
    assert reasons(rows) == {}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("kim@old.example,lee@new.example", "도메인 앞 아이디 변경 불가"),
        ("kim@old.example,kim@other.example", "other.example는 이 고객사의 도메인이 아닙니다"),
        ("kim@strange.example,kim@new.example", "strange.example는 이 고객사의"),
        ("info@old.example,info@other.example,대표메일", "메인/멀티도메인으로 등록되어"),
        ("info@old.example,info@other.example,mailing", "메인/멀티도메인으로 등록되어"),
        ("kim@old.example,kim", "메일 주소를 입력하세요"),
        ("kim,kim@new.example", "메일 주소를 입력하세요"),
        ("@@,kim@new.example", "메일 주소를 입력하세요"),
        ("kim@old.example", "기존 주소와 새 주소가 모두 필요합니다"),
        (",kim@new.example", "기존 주소와 새 주소가 모두 필요합니다"),
        ("kim@old.example,kim@new.example,봇", "종류는 사용자, 대표메일, 메일링"),
        ("kim@old.example,kim@gone.example", "gone.example는 없앨 도메인입니다"),
    ],
)
def test_a_wrong_row_says_why(facts: Any, row: str, why: str) -> None:
    found = reasons(check(f"{GOOD.replace('kim', 'first')}\n{row}", facts))
    assert list(found) == [2]
    assert why in found[2]


def test_the_same_address_twice_names_the_row_before(facts: Any) -> None:
    text = f"old,new\n{GOOD}\nLee@old.example,lee@new.example\nKIM@old.example,kim@new.example"
    assert reasons(check(text, facts)) == {4: "2번째 줄과 같은 주소입니다."}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_files_as_spreadsheets_save_them(facts: Any, encoding: str) -> None:
    rows = check(decode(f"기존,새,구분\n{GOOD},사용자".encode(encoding)), facts)
    assert reasons(rows) == {}


@pytest.mark.parametrize("raw", [b"\xff\xff\xff", b"a,b\x00c", b"", b"\n\n", b"old,new\n"])
def test_what_is_no_list_is_said_to_be_none(facts: Any, raw: bytes) -> None:
    with pytest.raises(Unreadable):
        check(decode(raw), facts)


def test_five_thousand_rows_in_bounded_time_and_not_one_more(facts: Any) -> None:
    lines = [f"u{n}@old.example,u{n if n % 100 else 'x'}@new.example" for n in range(5_000)]
    began = time.perf_counter()
    rows = check("\n".join(lines), facts)
    assert time.perf_counter() - began < 5
    assert len(reasons(rows)) == 50
    with pytest.raises(Unreadable):
        check("\n".join([*lines, GOOD, GOOD]), facts)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " ="])
def test_no_cell_is_a_formula(sign: str) -> None:
    assert safe(f"{sign}1+1") == f"'{sign}1+1"
    assert safe("kim@old.example") == "kim@old.example"
    assert to_csv([["a", f"{sign}x"]]).decode("utf-8-sig").count("'") == 1


def test_the_page_names_rows_and_gives_the_result_as_a_file(cast: Cast, clock: Any) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    support = browser(cast, "support")
    text = f"{GOOD}\n=cmd@old.example,lee@new.example"
    page = support.post(address(run, "lists/"), {"text": text, "then": "check"})
    assert page.status_code == 200
    assert "1 right" in page.text
    assert "1 wrong" in page.text
    assert "Row 2" in page.text
    file = support.post(address(run, "lists/"), {"text": text, "then": "download"})
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in file["Content-Disposition"]
    assert "'=cmd@old.example" in file.content.decode("utf-8-sig")
    given = SimpleUploadedFile("list.csv", text.encode("cp949"))
    page = support.post(address(run, "lists/"), {"file": given})
    assert "Row 2" in page.text
    assert "=cmd@old.example,lee@new.example" in page.text
    bad = SimpleUploadedFile("list.csv", b"\xff\xff\xff")
    assert support.post(address(run, "lists/"), {"file": bad}).status_code == 422
    assert support.post(address(run, "lists/"), {"text": " "}).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("support", 303), ("chair", 303), ("manager", 403)])
def test_a_check_is_kept_by_who_may(cast: Cast, clock: Any, who: str, status: int) -> None:
    run = scheduled(cast)
    clock.move_to(cast.now)
    text = f"{GOOD}\nkim2@old.example,lee@new.example"
    answer = browser(cast, who).post(address(run, "lists/"), {"text": text, "then": "keep"})
    assert answer.status_code == status
    assert (kinds(f"talk:{run.uid}") == ["list.checked"]) is (status == 303)
    if status == 303:
        body = Body.objects.get(stream=f"talk:{run.uid}").body
        assert '"wrong":[2]' in body.replace(" ", "")
        assert "kim2" not in body


def test_links_and_lists_are_of_the_same_procedures() -> None:
    from tickets.outage.access import PROCEDURES as WINDOWS

    assert PROCEDURES == WINDOWS
