"""People download their own data by the button on their account page."""

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.guide import Guide


def test_my_data_are_downloaded_by_a_button(guide: Guide) -> None:
    page = guide.page("member")
    page.goto("/account/")
    expect(page.get_by_role("heading", name="내 자료")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="내 자료 내려받기").click()
    name = f"helpdesk-{guide.user('member').pk}-20261102.json"
    assert download.value.suggested_filename == name
    found = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert found["profile"]["email"] == guide.user("member").email
