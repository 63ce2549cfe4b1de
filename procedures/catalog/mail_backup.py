"""P9: 메일 백업, asked for by months, ready some time later, there for seven days."""

from procedures.definition import ANY_MEMBER, Field, Gate, Procedure, Step, Timer
from procedures.rules import AvailableDays, InOrder, MonthNotLater, NotAfterNow, Text

_WHO = ("owner", "mail_admin")
_TOLD = ("requester", "owner", "mail_admin")
_BY = "백업은 사용자 또는 관리자 계정으로 가능합니다."
_DAYS = "백업 데이터가 준비되면 7일간 다운로드 할 수 있습니다."
_MENU = (
    "[웹메일] - 오른쪽 상단 [프로필 이미지] 클릭 -  관리자 - 메일 - 메일 백업 - 사용자 선택 - "
    "기간(YYYYMM) 입력 - 신청"
)


def _reminder(key: str, minutes: int, ko: str, en: str) -> Timer:
    return Timer(
        key=key,
        action="remind",
        base="mark.AvailableDays.first_end",
        minutes=-minutes,
        to=_TOLD,
        text=Text(
            f"백업을 내려받을 수 있는 기간이 {ko} 남았습니다.",
            f"{en} left to download the backup.",
        ),
    )


_MONTHS = (
    Gate(
        InOrder("month_from", "month_to"),
        ours=Text(
            "시작 월은 끝 월보다 늦지 않아야 합니다.", "The first month is not after the last."
        ),
        required=True,
    ),
    Gate(
        MonthNotLater("month_from"),
        quote="기간(YYYYMM) 입력",
        ours=Text("이번 달까지만 됩니다.", "Up to the current month."),
        required=True,
    ),
    Gate(
        MonthNotLater("month_to"),
        quote="기간(YYYYMM) 입력",
        ours=Text("이번 달까지만 됩니다.", "Up to the current month."),
        required=True,
    ),
)

_FIELDS = (
    Field(
        "mailbox",
        "address",
        Text("백업할 메일함", "Mailbox to back up"),
        default="actor.email",
    ),
    Field(
        "month_from",
        "month",
        Text("시작 월(YYYYMM)", "First month (YYYYMM)"),
        help=Text("여섯 자리 숫자. 예: 202408", "Six digits. Example: 202408"),
    ),
    Field(
        "month_to",
        "month",
        Text("끝 월(YYYYMM)", "Last month (YYYYMM)"),
        help=Text("이 달까지 포함합니다. 예: 202412", "This month is included. Example: 202412"),
    ),
    Field("purpose", "long_text", Text("백업 목적", "Purpose"), required=False),
    Field(
        "ready_at",
        "datetime",
        Text("백업이 준비된 시각", "Ready at"),
        help=Text(
            "7일은 이때부터 셉니다. 준비 안내에 적힌 시각을 입력하세요.",
            "The 7 days run from here. Give the time that the product says.",
        ),
        default="now",
    ),
    Field(
        "stored_where",
        "text",
        Text("보관한 곳", "Where it is kept"),
        help=Text(
            "예: 회사 파일 서버의 개인 폴더. 비밀번호는 적지 마세요.",
            "Example: own folder on the file server. Never a password.",
        ),
    ),
)

_STEPS = (
    Step(
        "intake",
        "collect",
        Text("어느 메일함을 어느 기간 백업할지 접수", "Take in mailbox and months"),
        roles=(*ANY_MEMBER, "support"),
        fields=("mailbox", "month_from", "month_to", "purpose"),
        gates=_MONTHS,
    ),
    Step(
        "request",
        "do",
        Text("백업 신청", "Ask the product for the backup"),
        text=Text(
            "FAQ가 알려 주는 경로는 ‘관리자’ 메뉴뿐입니다. 관리자 메뉴가 보이지 않는 사용자는 "
            "이메일 "
            "관리자에게 이 단계를 부탁하세요.",
            "The only path the FAQ gives runs through the admin menu. Where you do not see that "
            "menu, ask a mail admin to do this step.",
        ),
        roles=_WHO,
        menu=_MENU,
        quote=_BY,
        gates=_MONTHS,
        covers=("mailbox", "month_from", "month_to"),
        tells=_WHO,
    ),
    Step(
        "record_ready",
        "wait",
        Text("백업이 준비되면 그 시각을 기록", "Record when the backup is ready"),
        text=Text(
            "준비되기까지 걸리는 시간은 FAQ에 없습니다. 준비되면 곧바로 기록해야 7일을 놓치지 "
            "않습니다.",
            "The FAQ does not say how long it takes. Record it at once so that the 7 days are not "
            "missed.",
        ),
        roles=_WHO,
        fields=("ready_at",),
        gates=(
            Gate(
                NotAfterNow("ready_at"),
                ours=Text(
                    "준비되기 전에는 기록하지 않습니다.", "Nothing is recorded before it happened."
                ),
                required=True,
            ),
        ),
        timers=(
            Timer(
                key="still_waiting",
                action="remind",
                base="done.request",
                minutes=24 * 60,
                to=_WHO,
                text=Text(
                    "백업을 신청한 지 하루가 지났습니다. 준비되었는지 확인하세요.",
                    "A day has passed since the backup was asked for. See whether it is ready.",
                ),
            ),
        ),
    ),
    Step(
        "download",
        "do",
        Text("백업 내려받기", "Download the backup"),
        roles=_WHO,
        gates=(
            Gate(
                AvailableDays(),
                quote=_DAYS,
                ours=Text(
                    "7일은 준비된 때부터 168시간으로 셉니다. 7일째 날이 끝날 때까지 될 수도 있어 "
                    "그동안은 "
                    "주의로 봅니다.",
                    "Seven days are 168 hours from ready. They may count to the end of the seventh "
                    "day; until then we say careful.",
                ),
                required=True,
            ),
        ),
        tells=_TOLD,
        timers=(
            _reminder("remind_3d", 3 * 24 * 60, "3일", "3 days are"),
            _reminder("remind_1d", 24 * 60, "1일", "1 day is"),
            _reminder("remind_3h", 3 * 60, "3시간", "3 hours are"),
            Timer(
                key="expire",
                action="expire",
                base="mark.AvailableDays.never_from",
                to=_TOLD,
                text=Text(
                    "내려받기 기간이 끝났습니다. 같은 값으로 다시 신청하세요.",
                    "The time for the download is over. Ask again with the same values.",
                ),
            ),
        ),
    ),
    Step(
        "store_and_check",
        "confirm",
        Text("안전한 곳에 보관하고 열어 보기", "Keep it safe and open it once"),
        text=Text(
            "내려받은 파일이 열리는지 확인하고 보관한 곳을 적습니다.",
            "Make sure that the file opens, and say where it is kept.",
        ),
        roles=_WHO,
        fields=("stored_where",),
        ours=Text("보관과 확인은 우리 절차입니다.", "Keeping and checking are our own step."),
    ),
)

MAIL_BACKUP = Procedure(
    key="mail_backup",
    prefix="MB",
    number=1,
    title=Text("메일 백업", "Mail backup"),
    question="이메일을 백업하고 싶어요.",
    answer=(_BY, _DAYS),
    summary=Text(
        "메일함을 월 단위로 백업 신청하고, 준비되면 7일 안에 내려받습니다.",
        "Ask for a backup by months and download it within 7 days of its being ready.",
    ),
    phrases=(
        "메일 백업 받고 싶어요",
        "메일 내려받기",
        "메일 다운로드",
        "메일 전체 저장",
        "퇴사자 메일 백업",
        "퇴사 전에 메일 보관하고 싶어요",
        "이메일 백업 신청",
        "메일을 파일로 저장",
        "옛날 메일 보관",
        "백업 다운로드 기간",
        "메일 빽업",
        "백업 됬나요",
        "backup mailbox",
        "download mail archive",
        "export my mail",
    ),
    tells_on_open=_WHO,
    subject="mailbox",
    fields=_FIELDS,
    steps=_STEPS,
)
