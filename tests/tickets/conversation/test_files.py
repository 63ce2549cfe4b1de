"""Files: what is refused, what comes back harmless, who gets it, how much fits, what stays."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from procedures.invariants import check_all
from procedures.models import Run
from tests.factories import Company, person
from tests.tickets.conversation.hostile import FILES, Hostile
from tests.tickets.conversation.talking import MAIL, PDF, PNG, office, post, say, talk_url
from tests.web.runs import korean_company, sync, url
from tickets.conversation import commenting
from tickets.conversation.models import Attachment, Comment, Draft, FileSpace
from tickets.conversation.names import safe_name
from tickets.conversation.sweeping import remove_orphans

pytestmark = pytest.mark.django_db
GOOD = {
    "계약서 최종.pdf": PDF, "화면.png": PNG, "사진.jpg": b"\xff\xd8\xff\xe0" + b"\x00" * 30,
    "사진.jpeg": b"\xff\xd8\xff\xe1" + b"\x00" * 30, "메모.txt": "안녕".encode(),
    "예전.csv": "이름,번호\n김,1\n".encode("cp949"), "표.xlsx": office("xl"),
    "글.docx": office("word"), "메일.eml": MAIL, "넓은.txt": "안녕".encode("utf-16"),
}  # fmt: skip


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def hanbit(files: Path) -> Company:
    return korean_company()


@pytest.fixture
def run(hanbit: Company) -> Run:
    return sync(hanbit)


def on_disk(files: Path) -> list[Path]:
    """List every file that is kept, half-written ones as well."""
    return sorted(path for path in files.rglob("*") if path.is_file())


def fetch(client: Client, run: Run, file: Attachment) -> HttpResponse:
    """Download a file; its content is in ``got``."""
    answer = client.get(f"{talk_url(run)}files/{file.uid}/")
    got = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    answer.got = got  # type: ignore[attr-defined]
    return answer


def name_in(answer: HttpResponse) -> str:
    """Read the name under which a browser saves it."""
    told = answer["Content-Disposition"]
    assert told.startswith("attachment; ")
    assert not re.search(r"[\r\n\x00-\x1f]", told)
    coded = re.search(r"filename\*=utf-8''([^;]+)$", told)
    plain = re.search(r'filename="((?:[^"\\]|\\.)*)"$', told)
    assert bool(coded) != bool(plain), told
    return unquote(coded[1]) if coded else plain[1]  # type: ignore[index]


def harmless(answer: HttpResponse) -> None:
    """Make sure that no browser makes more of it than a file."""
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] not in {"text/html", "image/svg+xml", "application/xhtml+xml"}


def test_there_are_enough_hostile_files() -> None:
    assert len({one.what for one in FILES}) == len(FILES) >= 30


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.what)
def test_a_hostile_file_is_refused_or_comes_back_harmless(
    hanbit: Company, run: Run, files: Path, one: Hostile
) -> None:
    client = hanbit.signed_in("member")
    answer = post(client, run, "보세요", files={one.name: one.content})
    if one.refused:
        assert answer.status_code == 422
        assert one.refused in answer.text
        assert "보세요" in answer.text
        assert on_disk(files) == []
        assert Comment.objects.count() == 0
        return
    assert answer.status_code == 303, answer.text
    file = Attachment.objects.get()
    got = fetch(hanbit.signed_in("site_admin"), run, file)
    assert got.got == one.content  # type: ignore[attr-defined]
    assert name_in(got) == one.back
    harmless(got)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_comes_back_as_it_was_sent(
    hanbit: Company, run: Run, files: Path, name: str
) -> None:
    client = hanbit.signed_in("member")
    assert post(client, run, files={name: GOOD[name]}).status_code == 303
    row = Attachment.objects.get()
    page = client.get(url(run)).text
    assert name in page
    got = fetch(client, run, row)
    assert got.got == GOOD[name]  # type: ignore[attr-defined]
    assert name_in(got) == name
    assert int(got["Content-Length"]) == len(GOOD[name])
    harmless(got)
    head = client.head(f"{talk_url(run)}files/{row.uid}/")
    assert (head.status_code, head["Content-Length"]) == (200, got["Content-Length"])
    for close in head._resource_closers:
        close()
    kept = on_disk(files)
    assert [path.name for path in kept] == [row.uid.hex]
    assert kept[0].stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in files.rglob("*") if path.is_dir()} == {0o700}
    assert list(check_all()) == []


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("C:\\Users\\x\\a.txt", "a.txt"),
        ("nul.txt", "_nul.txt"),
        ("COM1.txt", "_COM1.txt"),
        ("console.txt", "console.txt"),
        ("a.b.c.txt", "a.b.c.txt"),
        ("  a  b .txt", "a b.txt"),
        ("\u202e.txt", ""),
        ("\ud800.txt", ""),
        ("", ""),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
        ("한글 이름.txt", "한글 이름.txt"),
    ],
)
def test_a_name_is_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_file_of_an_internal_comment_is_the_vendors(hanbit: Company, run: Run) -> None:
    say(run, hanbit["support"], "안쪽", internal=True, files={"안쪽.txt": b"x"})
    row = Attachment.objects.get()
    assert fetch(hanbit.signed_in("manager"), run, row).status_code == 200
    for who in ("member", "site_admin", "mail_admin"):
        client = hanbit.signed_in(who)
        real = client.get(f"{talk_url(run)}files/{row.uid}/")
        none = client.get(f"{talk_url(run)}files/{uuid4()}/")
        assert real.status_code == none.status_code == 404
        assert real.content == none.content
        assert real.headers == none.headers


def test_a_file_has_an_address_at_its_own_run_alone(hanbit: Company, run: Run) -> None:
    other = sync(hanbit, "approval")
    say(run, hanbit["member"], files={"a.txt": b"x"})
    row = Attachment.objects.get()
    assert fetch(hanbit.signed_in("member"), other, row).status_code == 404


def test_ten_files_and_no_more(hanbit: Company, run: Run, files: Path) -> None:
    client = hanbit.signed_in("member")
    ten = {f"{number}.txt": b"x" for number in range(10)}
    assert post(client, run, files=ten).status_code == 303
    post(client, run, "곧 보냅니다", then="draft")
    answer = post(client, run, "곧 보냅니다", files=ten | {"10.txt": b"x"})
    assert answer.status_code == 413
    assert "파일은 한 번에 10개까지입니다" in answer.text
    assert "곧 보냅니다" in answer.text
    assert (Comment.objects.count(), len(on_disk(files))) == (1, 10)


def test_the_room_of_a_company_is_kept(
    hanbit: Company, run: Run, files: Path, settings: Settings
) -> None:
    settings.ATTACHMENT_QUOTA_MB = 1
    client, half = hanbit.signed_in("member"), b"x" * (512 * 1024)
    for name in ("a.txt", "b.txt"):
        assert post(client, run, files={name: half}).status_code == 303
    answer = post(client, run, "더", files={"c.txt": b"x"})
    assert answer.status_code == 422
    assert "파일 공간이 부족합니다. 0 B 남았습니다." in answer.text
    assert len(on_disk(files)) == 2
    assert FileSpace.objects.get().used == 1024 * 1024
    assert list(check_all()) == []


def test_removing_a_comment_gives_its_room_back(
    hanbit: Company, run: Run, files: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    comment = say(run, hanbit["member"], files={"a.txt": b"abc"})
    with django_capture_on_commit_callbacks(execute=True):
        commenting.remove_comment(comment, actor=hanbit["member"], now=timezone.now())
    assert on_disk(files) == []
    assert FileSpace.objects.get().used == 0
    row = Attachment.objects.get()
    assert (row.name, row.erased_at is None) == ("", False)
    assert fetch(hanbit.signed_in("member"), run, row).status_code == 404
    assert list(check_all()) == []


def test_a_transaction_that_falls_leaves_no_file(
    hanbit: Company, run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*args: object, **kw: object) -> None:
        raise RuntimeError("a statement failed")

    monkeypatch.setattr(commenting, "_notify", fall)
    with pytest.raises(RuntimeError):
        post(hanbit.signed_in("member"), run, files={"a.txt": b"x"})
    assert on_disk(files) == []
    assert (Comment.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_full_disk_is_said_and_nothing_is_recorded(
    hanbit: Company, run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = post(hanbit.signed_in("member"), run, "보세요", files={"a.txt": b"x"})
    assert answer.status_code == 507
    assert "지금은 파일을 저장할 수 없습니다." in answer.text
    assert "보세요" in answer.text
    assert on_disk(files) == []
    assert Comment.objects.count() == 0


def test_orphans_go_after_a_day_and_nothing_else(hanbit: Company, run: Run, files: Path) -> None:
    say(run, hanbit["member"], files={"a.txt": b"x"})
    [kept] = on_disk(files)
    orphan, half = kept.with_name(uuid4().hex), kept.with_name(f"{uuid4().hex}.part")
    for path in (orphan, half):
        path.write_bytes(b"x")
    now = timezone.now()
    day = now - timedelta(hours=24)
    for path in (kept, orphan, half):
        os.utime(path, (day.timestamp() + 1, day.timestamp() + 1))
    assert remove_orphans(now) == 0
    assert len(on_disk(files)) == 3
    assert remove_orphans(now + timedelta(seconds=2)) == 2
    assert on_disk(files) == [kept]


def test_verify_sees_a_file_that_is_gone_changed_or_miscounted(
    hanbit: Company, run: Run, files: Path
) -> None:
    say(run, hanbit["member"], files={"a.txt": b"abc"})
    [path] = on_disk(files)
    path.write_bytes(b"abd")
    assert "not the one that was sent" in str(list(check_all(hanbit.tenant)))
    path.unlink()
    assert "is missing" in str(list(check_all()))
    FileSpace.objects.update(used=1)
    assert "1 bytes are counted, its files are 3" in str(list(check_all()))
    Comment.objects.update(number=9)
    assert "no event tells of comment 9" in str(list(check_all()))


def test_only_the_conversation_takes_more_than_a_form(hanbit: Company, run: Run) -> None:
    client = hanbit.signed_in("member")
    large = {"attachments": SimpleUploadedFile("a.txt", b"x" * (2 * 1024 * 1024))}
    assert client.post(f"{talk_url(run)}read/", large).status_code == 413
    announced = {"CONTENT_LENGTH": str(202 * 1024 * 1024)}
    answer = client.generic("POST", talk_url(run), b"", **announced)
    assert answer.status_code == 413
    assert "201 MiB" in answer.text
    assert "임시 저장" in answer.text
    assert Draft.objects.count() == 0


def test_nothing_is_read_of_who_sees_no_run(
    hanbit: Company, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*args: object) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr("django.http.request.HttpRequest.parse_file_upload", read)
    stranger = Client(enforce_csrf_checks=True)
    file = {"attachments": SimpleUploadedFile("a.txt", b"x")}
    assert stranger.post(talk_url(run), file).status_code == 302
    outsider = person(hanbit.tenant, "member", name="구경꾼", email="x@hanbit.example")
    stranger.force_login(outsider)
    assert stranger.post(talk_url(run), file).status_code == 404
    with pytest.raises(AssertionError, match="was read"):
        hanbit.signed_in("member").post(talk_url(run), file)


@pytest.mark.parametrize("lost", [OperationalError, InterfaceError])
def test_files_stay_when_it_is_unknown_whether_they_are_recorded(
    run: Run, hanbit: Company, files: Path, monkeypatch: pytest.MonkeyPatch, lost: type[Exception]
) -> None:
    from tickets.conversation.views import sending

    def recorded_and_unheard(*args: Any, **more: Any) -> Any:
        commenting.add_comment(*args, **more)
        raise lost("server closed the connection unexpectedly")

    member, submission = hanbit.signed_in("member"), str(uuid4())
    sent = {"submission": submission, "files": {"메모.txt": b"x"}}
    with monkeypatch.context() as patch:
        patch.setattr(sending, "add_comment", recorded_and_unheard)
        assert post(member, run, "첨부", **sent).status_code == 503
    assert len(on_disk(files)) == 1
    assert list(check_all()) == []
    # The same once more is known, and needs no second copy.
    assert post(member, run, "첨부", **sent).status_code == 303
    assert len(on_disk(files)) == 1
    got = fetch(member, run, Attachment.objects.get())
    assert got.got == b"x"  # type: ignore[attr-defined]
