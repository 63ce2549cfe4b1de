"""Hold the rows, tiles and links that the style guide's lists show."""

from datetime import date, datetime, timedelta

from helpdesk.styleguide_samples import Sample


def ledger(now: datetime, *, korean: bool) -> Sample:
    """Return a sync ledger with one slot of each state."""

    def t(ko: str, en: str) -> str:
        return ko if korean else en

    day = timedelta(days=1)
    email, approval = t("이메일", "E-mail"), t("전자결재", "Approval")
    return {
        "caption": t("동기화 대장", "Sync ledger"),
        "columns": [
            t("날짜", "Day"),
            t("서비스", "Service"),
            t("상태", "State"),
            t("누가", "Who"),
            t("언제", "When"),
            t("인원", "Users"),
        ],
        "rows": [
            [
                f"{now:%Y-%m-%d}",
                {"text": email, "href": "#run"},
                {"state": "used"},
                "정민호",
                {"at": now},
                {"text": 3, "number": True},
            ],
            [
                f"{now - day:%Y-%m-%d}",
                approval,
                {"state": "returned"},
                "박서준",
                {"at": now - day},
                "",
            ],
            [f"{now - 2 * day:%Y-%m-%d}", email, {"state": "free"}, "", "", ""],
        ],
    }


def facts(now: datetime, *, korean: bool) -> list[Sample]:
    """Return a description list with one value of each kind."""

    def t(ko: str, en: str) -> str:
        return ko if korean else en

    return [
        {"term": t("메일함", "Mailbox"), "value": "sora@hanbit.example"},
        {"term": t("상태", "State"), "state": "open"},
        {"term": t("삭제 시각", "Deleted at"), "at": now - timedelta(hours=20, minutes=48)},
        {"term": t("멀티 도메인", "Multi domains"), "list": ["hanbit.kr", "hanbit.example"]},
        {"term": t("연결된 실행", "Linked run"), "value": "GM-2026-0001", "href": "#run"},
        {"term": t("단서", "Hints"), "value": ""},
    ]


def crumbs(*, korean: bool) -> list[Sample]:
    """Return the way to a run."""
    return [
        {"label": "실행 목록" if korean else "Runs", "href": "#runs"},
        {"label": "MR-2026-0042"},
    ]


def stats(*, korean: bool) -> list[Sample]:
    """Return tiles of numbers."""

    def t(ko: str, en: str) -> str:
        return ko if korean else en

    return [
        {"label": t("지금 급함", "Urgent now"), "value": 2, "href": "#runs", "tone": "stop"},
        {"label": t("오늘까지", "Due today"), "value": 5, "href": "#runs", "tone": "caution"},
        {"label": t("이번 주", "This week"), "value": 11, "href": "#runs", "tone": "info"},
        {
            "label": t("기다리는 중", "Waiting"),
            "value": 3,
            "tone": "wait",
            "note": t("승인자를 기다립니다", "for an approver"),
        },
    ]


def tabs(*, korean: bool) -> list[Sample]:
    """Return the views of my work."""
    labels = ("지금 급함", "오늘", "이번 주", "기다리는 중")
    english = ("Urgent now", "Today", "This week", "Waiting")
    return [
        {"label": label, "href": "#tabs", "current": place == 0, "count": count}
        for place, (label, count) in enumerate(
            zip(labels if korean else english, (2, 5, 11, 3), strict=True)
        )
    ]


def secondary(*, korean: bool) -> list[Sample]:
    """Return a step's less common buttons."""
    return [
        {
            "label": "건너뛰기" if korean else "Skip",
            "name": "action",
            "value": "skip",
            "confirm": "이 단계를 건너뛸까요?" if korean else "Skip this step?",
        }
    ]


def active_filters(*, korean: bool) -> list[Sample]:
    """Return the filters of a list that is being narrowed."""
    return [{"label": "진행 중" if korean else "In progress", "href": "#filters"}]


def days(*, korean: bool) -> list[Sample]:
    """Count seven business days across Chuseok 2026."""
    rows: list[tuple[date, int | None, str, str, str]] = [
        (date(2026, 9, 18), None, "received", "", ""),
        (date(2026, 9, 19), None, "weekend", "", ""),
        (date(2026, 9, 20), None, "weekend", "", ""),
        (date(2026, 9, 21), 1, "business", "", ""),
        (date(2026, 9, 22), 2, "business", "", ""),
        (date(2026, 9, 23), 3, "business", "", ""),
        (date(2026, 9, 24), None, "holiday", "추석 연휴", "Chuseok holiday"),
        (date(2026, 9, 25), None, "holiday", "추석", "Chuseok"),
        (date(2026, 9, 26), None, "holiday", "추석 연휴", "Chuseok holiday"),
        (date(2026, 9, 27), None, "weekend", "", ""),
        (date(2026, 9, 28), 4, "business", "", ""),
        (date(2026, 9, 29), 5, "business", "", ""),
        (date(2026, 9, 30), 6, "business", "", ""),
        (date(2026, 10, 1), 7, "first", "", ""),
    ]
    return [
        {"date": day, "number": number, "kind": kind, "name": ko if korean else en}
        for day, number, kind, ko, en in rows
    ]
