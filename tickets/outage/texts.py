"""The texts of a pack: notice, reminder, guide, resumed, rolled back; in both languages at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from procedures.change import Loaded
from procedures.present.language import say
from procedures.present.values import fillers
from procedures.rules.base import Text
from tickets.outage.state import Window
from tickets.outage.versions import Version

LANGUAGES = ("ko", "en")
# Which of them tell a date, so that they are wrong once the window moves.
DATED = ("notice", "reminder", "outlook", "moved")
_CORRECTED = frozenset({"moved"})

TITLES: Mapping[str, Text] = {
    "notice": Text("사용자 공지", "Notice to users"),
    "moved": Text("일정 변경 공지", "Notice that the date has moved"),
    "outlook": Text("아웃룩 안내", "Guide for Outlook users"),
    "reminder": Text("하루 전 알림", "Reminder the day before"),
    "resumed": Text("재개 알림", "Service is resumed"),
    "rolled_back": Text("되돌림 알림", "The change was taken back"),
}
_REMINDER = Text(
    "[알림] 메일 도메인 변경\n\n곧 메일을 쓸 수 없게 됩니다.\n\n작업 시작: {work_start}\n"
    "서비스 재개 예정: {work_end}\n\n작업을 시작할 때부터 재개할 때까지 메일을 보내거나 받을 수 "
    "없습니다. 꼭 보내야 할 메일은 먼저 보내세요.",
    "[Reminder] Change of the mail domain\n\nMail will soon be out of service.\n\nStart: "
    "{work_start}\nPlanned resumption: {work_end}\n\nNobody can send or receive from the start "
    "until it is resumed. Send first what must go out.",
)
_MOVED = Text(
    "[정정] 메일 도메인 변경 일정이 바뀌었습니다\n\n이전 일정: {old_start} ~ {old_end}\n새 일정: "
    "{work_start} ~ {work_end}\n\n작업을 시작할 때부터 재개할 때까지 메일을 쓸 수 없습니다. 앞의 "
    "공지는 이 공지로 바뀝니다.",
    "[Correction] The date of the change of the mail domain has moved\n\nBefore: {old_start} to "
    "{old_end}\nNow: {work_start} to {work_end}\n\nMail is out of service from the start until it "
    "is resumed. This replaces the notice before.",
)
_RESUMED = Text(
    "[안내] 메일 서비스가 재개되었습니다\n\n메일을 다시 쓸 수 있습니다. 이제 주소는 "
    "{new_main}입니다. 도메인 앞 아이디는 그대로입니다.\n\n아웃룩을 쓰는 분은 연결 값을 고치고 "
    "알려 주세요: {outlook_guide}",
    "[Notice] Mail is in service again\n\nYou can send and receive again. Addresses are now at "
    "{new_main}; the part before @ stays the same.\n\nOutlook users: correct the connection "
    "settings and say so: {outlook_guide}",
)
_ROLLED_BACK = Text(
    "[안내] 메일 도메인 변경을 되돌렸습니다\n\n메일을 다시 쓸 수 있습니다. 주소는 전과 같이 "
    "{current_main}입니다. 새 일정은 정해지면 다시 알립니다.",
    "[Notice] The change of the mail domain was taken back\n\nYou can send and receive again. "
    "Addresses are at {current_main} as before. A new date is told once it is fixed.",
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A text that is ready to copy, in both languages."""

    key: str
    title: Text
    bodies: Mapping[str, str]


def texts_of(
    loaded: Loaded, window: Window, version: Version, before: Version | None
) -> list[Ready]:
    """Write the texts of a version; what has not come yet or will not come is left out."""
    wanted = [
        (key, text)
        for key, text in _sources(loaded, before).items()
        if _is_wanted(key, loaded, window)
    ]
    return [Ready(key, TITLES[key], _both(loaded, text, version, before)) for key, text in wanted]


def _sources(loaded: Loaded, before: Version | None) -> dict[str, Text]:
    steps = loaded.procedure.step_by_key
    found: dict[str, Text] = {}
    # What the procedure says itself is said once, there.
    if (notice := steps["notify_users"].copy) is not None:
        found["notice"] = notice
    if before is not None:
        found["moved"] = _MOVED
    if (guide := steps["outlook_guide_sent"].copy) is not None:
        found["outlook"] = guide
    found |= {"reminder": _REMINDER, "resumed": _RESUMED, "rolled_back": _ROLLED_BACK}
    return found


def _is_wanted(key: str, loaded: Loaded, window: Window) -> bool:
    if key == "outlook" and not loaded.values.get("outlook_users"):
        return False
    if window.resumed is None:
        return True
    return key == ("rolled_back" if window.state == "rolled_back" else "resumed")


def _both(loaded: Loaded, text: Text, version: Version, before: Version | None) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = say(text, _filled(loaded, version, before)).strip()
    return found


def _filled(loaded: Loaded, version: Version, before: Version | None) -> dict[str, Any]:
    filled = fillers(loaded.procedure, loaded.values)
    filled |= {"work_start": version.start, "work_end": version.end}
    if before is not None:
        filled |= {"old_start": before.start, "old_end": before.end}
    return filled
