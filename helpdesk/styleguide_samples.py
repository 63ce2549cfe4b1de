"""Hold what the style guide shows: invented people and runs, true sentences of the FAQ."""

from datetime import datetime, timedelta

EXAMPLES = ("새 직원이 메일에 못 들어가요", "메일을 실수로 지웠어요", "해외에서 메일이 안 돼요")
_RECOVERY_PATH = (
    "**[웹메일] > 우측 상단 프로필 이미지 클릭 -  관리자 - 메일** - 메일 복구 - 사용자 선택"
    " - 백업 기간 YYYYMM 형식으로 입력 ex) 202408"
)
_SYNC_PATH = (
    "뉴스피드 오른쪽 상단 **[설정 아이콘(⚙️)] - [관리자메뉴] - 사이트관리**"
    " - 부가서비스 부분의 사용 중인 서비스 - **[동기화]** 클릭"
)
MENU_PATHS = (_RECOVERY_PATH, _SYNC_PATH)
MESSAGE = (
    "안녕하세요, 김하늘 님.\n메일 접속 정보가 반영되었습니다. 새로고침하거나 다시 로그인해 주세요.",
    "Hello Haneul,\nyour e-mail access is ready. Please refresh the page or sign in again.",
)
_RECOVERY = (
    "이메일 복구는 삭제 시점으로부터 24시간 이내에만 가능하며, "
    "내부 이메일 관리자를 통해 복구할 수 있습니다."
)
_SYNC = "안정적인 서비스 이용과 동기화 진행을 위해 부가서비스 동기화가 일 1회로 제한됩니다."

type Sample = dict[str, object]


def verdicts(now: datetime, *, korean: bool) -> list[Sample]:
    """Return one verdict of each kind: yes, careful, not now, never."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def t(ko: str, en: str) -> str:
        return ko if korean else en

    return [
        {
            "level": "allowed",
            "title": t("복구 가능 시간", "Time left for recovery"),
            "reason": t(
                "삭제 후 20시간 48분이 지났습니다. 24시간까지 복구할 수 있습니다.",
                "20 h 48 min have passed since the deletion. Recovery is possible up to 24 h.",
            ),
            "closes_at": now + timedelta(hours=3, minutes=12),
            "quote": _RECOVERY,
            "rule": "within_after",
        },
        {
            "level": "caution",
            "title": t("하루 한 번 동기화", "Sync once a day"),
            "reason": t(
                "오늘 다른 서비스(전자결재)를 이미 동기화했습니다. "
                "제한이 모든 서비스에 걸릴 수 있습니다.",
                "Another service (approval) was synced today. The limit may cover all services.",
            ),
            "closes_at": tomorrow,
            "quote": _SYNC,
            "ours": True,
            "ours_note": t(
                "서비스별인지 고객사별인지는 FAQ에 없어 주의로 봅니다.",
                "The FAQ does not say whether the limit is per service, so we say careful.",
            ),
            "rule": "once_per_day",
        },
        {
            "level": "blocked",
            "title": t("하루 한 번 동기화", "Sync once a day"),
            "reason": t(
                "오늘 09:12에 이메일 동기화를 이미 사용했습니다.",
                "Today's e-mail sync was used at 09:12.",
            ),
            "opens_at": tomorrow,
            "quote": _SYNC,
            "calendar": "KR-3",
            "rule": "once_per_day",
        },
        {
            "level": "blocked",
            "never": True,
            "title": t("도메인 앞 아이디", "Ids before the domain"),
            "reason": t(
                "기존 사용자의 아이디는 바꿀 수 없습니다: 목록 3행 kim → haneul.kim.",
                "Ids of existing users cannot change: row 3 of the list, kim → haneul.kim.",
            ),
            "quote": "기존 사용자의 경우 도메인 앞 아이디 변경 불가",
            "rule": "no_id_change",
        },
    ]


def next_step(now: datetime, *, korean: bool) -> Sample:
    """Return the step that a mail admin does next."""
    return {
        "key": "recover",
        "number": 3,
        "total": 4,
        "title": "메일 복구하기" if korean else "Recover the mail",
        "text": (
            "아래 메뉴에서 사용자를 고르고 백업 기간을 입력해 복구한 뒤 기록합니다."
            if korean
            else "Choose the user and type the backup month there, recover, then record it here."
        ),
        "actor": "이메일 관리자 박서준" if korean else "Mail admin Park Seojun",
        "mine": True,
        "menu_path": MENU_PATHS[0],
        "at": now + timedelta(hours=3, minutes=12),
        "at_tone": "caution",
        "at_label": "복구 마감" if korean else "Recovery closes",
    }


def steps(now: datetime, *, korean: bool) -> list[Sample]:
    """Return a run's steps, one of each state."""
    rows: list[tuple[str, str, str, Sample]] = [
        ("접수", "Intake", "done", {"by": "이소라", "at": now - timedelta(hours=2)}),
        (
            "삭제 시각 확정",
            "Settle the time of deletion",
            "done",
            {"by": "박서준", "at": now - timedelta(hours=1), "late": True, "round": 2},
        ),
        ("복구", "Recover", "ready", {"next": True, "actor": "박서준"}),
        ("승인", "Approval", "waiting", {"actor": "정민호"}),
        ("사용자 확인", "The user confirms", "pending", {"actor": "이소라"}),
        ("비용 확인", "Acknowledge the cost", "blocked", {"note": "2026-11-24 00:00 +09:00"}),
        ("정책 변경", "Change the policy", "skipped", {}),
        ("아웃룩 안내", "Outlook guide", "not_applicable", {}),
    ]
    return [{"title": ko if korean else en, "state": state, **more} for ko, en, state, more in rows]


def stages(*, korean: bool) -> list[Sample]:
    """Return the nine stages of a domain change."""
    ko = (
        "요청",
        "DNS 준비",
        "일정 조율",
        "일정 확정",
        "작업 준비",
        "작업 중",
        "안정화",
        "재개",
        "종료",
    )
    en = (
        "Requested",
        "DNS prepared",
        "Scheduling",
        "Scheduled",
        "Preparing",
        "In outage",
        "Stabilising",
        "Resumed",
        "Closed",
    )
    return [
        {"label": label, "state": "done" if place < 3 else "current" if place == 3 else "todo"}
        for place, label in enumerate(ko if korean else en)
    ]


def events(now: datetime, *, korean: bool) -> list[Sample]:
    """Return a short history with a late entry and a refusal."""

    def t(ko: str, en: str) -> str:
        return ko if korean else en

    return [
        {
            "number": 4,
            "title": t("단계 거절됨: 동기화", "Step refused: sync"),
            "actor": "박서준",
            "at": now - timedelta(minutes=4),
            "reason": t("오늘 09:12에 이미 사용했습니다.", "Used today at 09:12."),
            "tone": "stop",
            "icon": "octagon-x",
        },
        {
            "number": 3,
            "title": t("단계 완료: 삭제 시각 확정", "Step completed: time of deletion"),
            "actor": "박서준",
            "at": now - timedelta(hours=1),
            "performed_at": now - timedelta(hours=2),
            "late": True,
            "reason": t("전화로 먼저 확인했습니다.", "Settled by telephone first."),
            "tone": "ok",
            "icon": "circle-check-big",
        },
        {
            "number": 2,
            "title": t("값 변경", "Values changed"),
            "actor": "이소라",
            "at": now - timedelta(hours=3),
            "details": [t("백업 기간: 202410 → 202411", "Backup month: 202410 → 202411")],
            "tone": "info",
            "icon": "pencil",
        },
        {
            "number": 1,
            "title": t("실행 시작", "Run opened"),
            "actor": "이소라",
            "at": now - timedelta(hours=4),
        },
    ]


def runs(now: datetime, *, korean: bool) -> list[Sample]:
    """Return runs as lists show them: calm, due, overdue, ended."""

    def t(ko: str, en: str) -> str:
        return ko if korean else en

    return [
        {
            "ref": "MR-2026-0042",
            "title": t("삭제 메일 복구", "Recover deleted mail"),
            "href": "#run",
            "state": "open",
            "subject": "sora@hanbit.example",
            "next_step": t("복구하기", "Recover"),
            "who": "박서준",
            "due": now + timedelta(hours=3, minutes=12),
            "due_state": "due",
        },
        {
            "ref": "SS-2026-0107",
            "title": t("부가서비스 동기화", "Sync of services"),
            "href": "#run",
            "state": "open",
            "subject": t("이메일 · 3명", "E-mail · 3 users"),
            "next_step": t("동기화 실행", "Run the sync"),
            "verdict": "blocked",
            "who": "정민호",
            "due": now + timedelta(days=1),
        },
        {
            "ref": "DC-2026-0003",
            "title": t("도메인 변경", "Domain change"),
            "href": "#run",
            "state": "open",
            "subject": "hanbit.example → hanbit.kr",
            "next_step": t("서비스 재개", "Resume the service"),
            "who": t("고객지원 윤가온", "Support Yoon Gaon"),
            "due": now - timedelta(minutes=25),
            "due_state": "overdue",
        },
        {
            "ref": "MB-2026-0018",
            "title": t("메일 백업", "Mail backup"),
            "href": "#run",
            "state": "completed",
        },
    ]
