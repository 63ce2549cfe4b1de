"""A request that is too large is refused with a page that says what to do; nothing is stored."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from audit.models import Event
from tests.factories import Company
from tests.web.runs import korean_company, sync, url

pytestmark = pytest.mark.django_db
MEBIBYTE = 1024 * 1024


@pytest.fixture
def firm() -> Company:
    return korean_company()


def refused(response: HttpResponse) -> None:
    assert response.status_code == 413
    text = response.content.decode()
    assert "한 번에 보내기에는 너무 큽니다" in text
    assert "저장된 것은 없습니다" in text


def test_a_body_above_the_limit(firm: Company) -> None:
    run, events = sync(firm), Event.objects.count()
    client = firm.signed_in("member")
    refused(client.post(f"{url(run)}cancel/", {"reason": "x" * MEBIBYTE}))
    assert Event.objects.count() == events


def test_a_body_at_the_limit_is_read(firm: Company) -> None:
    client = firm.signed_in("member")
    room = MEBIBYTE - len("theme=")
    sent = client.post("/theme/", "theme=" + "x" * room, "application/x-www-form-urlencoded")
    assert sent.status_code != 413
    refused(
        client.post("/theme/", "theme=" + "x" * (room + 1), "application/x-www-form-urlencoded")
    )


def test_too_many_fields(firm: Company) -> None:
    client = firm.signed_in("member")
    assert client.post("/theme/", {f"f{n}": "x" for n in range(500)}).status_code != 413
    refused(client.post("/theme/", {f"f{n}": "x" for n in range(501)}))


def test_too_many_files(firm: Company) -> None:
    files = {f"f{n}": SimpleUploadedFile("a.txt", b"x") for n in range(11)}
    refused(firm.signed_in("member").post("/theme/", files))


def test_a_large_file_is_not_even_read(firm: Company) -> None:
    file = SimpleUploadedFile("a.txt", b"x" * MEBIBYTE)
    refused(firm.signed_in("member").post("/theme/", {"file": file}))


def test_a_length_that_is_none(firm: Company) -> None:
    for length in ("-1", "1e9", "٣"):
        refused(Client().get("/account/login/", CONTENT_LENGTH=length))


def test_the_page_speaks_the_readers_language(firm: Company) -> None:
    english = Client(headers={"accept-language": "en"})
    response = english.post("/theme/", {"theme": "x" * MEBIBYTE})
    assert response.status_code == 413
    assert "That is too much at once" in response.content.decode()
