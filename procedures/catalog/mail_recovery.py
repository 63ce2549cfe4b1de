"""P6: 삭제 메일 복구, within 24 hours of the deletion."""

from dataclasses import replace

from procedures.definition import ANY_MEMBER, Field, Gate, Procedure, Step, Timer
from procedures.rules import MonthNotLater, OneTimeOrInterval, Text, WithinSpan

_ADMIN = ("mail_admin",)
_LIMIT = (
    "이메일 복구는 삭제 시점으로부터 24시간 이내에만 가능하며, 내부 이메일 관리자를 통해 복구할 수 "
    "있습니다."
)
_MONTH = "백업 기간 YYYYMM 형식으로 입력 ex) 202408"

_PHRASES = (
    "메일을 지웠어요", "삭제한 메일 복구", "메일이 사라졌어요", "휴지통 비웠어요", "실수로 삭제",
    "메일을 잘못 지웠는데 살릴 수 있나요", "지운 메일 되살리기", "영구삭제한 메일 찾아주세요",
    "휴지통에서도 없어졌어요", "어제 지운 메일 복원", "메일 삭제됬어요 복구 해주세요",
    "recover deleted mail", "undelete", "restore message",
)  # fmt: skip


def _reminder(hours: int) -> Timer:
    return Timer(
        key=f"remind_{hours}h",
        action="remind",
        base="mark.WithinSpan.first_end",
        minutes=-60 * hours,
        to=_ADMIN,
        text=Text(
            f"메일 복구 기한이 {hours}시간 안에 끝납니다. 지금 복구를 진행하세요.",
            f"The time for recovery ends within {hours} hour(s). Recover now.",
        ),
    )


_TIME = Gate(
    OneTimeOrInterval(),
    ours=Text(
        "정확한 시각을 모르면 시작과 끝으로 적습니다.",
        "Where the exact time is unknown, a beginning and an end are noted.",
    ),
)

MAIL_RECOVERY = Procedure(
    key="mail_recovery",
    prefix="MR",
    number=1,
    title=Text("삭제 메일 복구", "Recover deleted mail"),
    question="이메일을 모르고 삭제했어요. 복구할 수 있나요?",
    answer=(_LIMIT,),
    summary=Text(
        "실수로 지운 메일을 이메일 관리자가 24시간 안에 복구합니다.",
        "A mail admin recovers mail deleted by mistake, within 24 hours.",
    ),
    phrases=_PHRASES,
    tells_on_open=_ADMIN,
    subject="mailbox",
    fields=(
        Field(
            "mailbox",
            "address",
            Text("메일함 주소", "Mailbox"),
            help=Text("메일이 지워진 사람의 주소", "The address whose mail was deleted"),
            default="actor.email",
        ),
        Field(
            "deleted_at",
            "datetime",
            Text("삭제한 시각", "Deleted at"),
            help=Text(
                "정확히 알 때만 입력하세요. 모르면 아래 시작과 끝을 입력합니다.",
                "Only when known exactly; otherwise give the interval below.",
            ),
            required=False,
        ),
        Field(
            "deleted_from",
            "datetime",
            Text("삭제했을 수 있는 시작", "Deleted from"),
            required=False,
        ),
        Field(
            "deleted_to", "datetime", Text("삭제했을 수 있는 끝", "Deleted until"), required=False
        ),
        Field(
            "hints",
            "long_text",
            Text("찾는 데 도움이 될 내용", "Hints"),
            help=Text("보낸 사람, 제목, 날짜 등", "Sender, subject, date"),
            required=False,
        ),
        Field(
            "month",
            "month",
            Text("백업 기간(YYYYMM)", "Backup month (YYYYMM)"),
            help=Text(
                "제품에 입력할 기간입니다. 예: 202408. FAQ는 어느 달인지 말하지 않으므로 삭제 "
                "시점과 비교하지 않습니다.",
                "The month typed into the product. Example: 202408. The FAQ does not say which "
                "month it means, so it is never compared with the deletion.",
            ),
        ),
    ),
    steps=(
        Step(
            "intake",
            "collect",
            Text("무엇을 언제 지웠는지 접수", "Take in what was deleted when"),
            text=Text(
                "24시간은 삭제한 순간부터 흐릅니다. 모르는 값은 비워 두고 먼저 접수하세요.",
                "The 24 hours run from the deletion. Leave unknown values empty and ask at once.",
            ),
            roles=(*ANY_MEMBER, "support"),
            fields=("mailbox", "deleted_at", "deleted_from", "deleted_to", "hints"),
            gates=(_TIME,),
            quote=_LIMIT,
        ),
        Step(
            "settle_time",
            "collect",
            Text("삭제 시점 확정", "Settle the time of deletion"),
            text=Text(
                "삭제한 사람에게 확인해 한 시각, 또는 시작과 끝을 정합니다.",
                "Ask whoever deleted it and settle one time, or a beginning and an end.",
            ),
            roles=(*_ADMIN, "requester"),
            ours=Text(
                "삭제 시점을 따로 확정하는 것은 우리가 더한 단계입니다.",
                "Settling the time of deletion is our addition.",
            ),
            fields=("deleted_at", "deleted_from", "deleted_to"),
            gates=(replace(_TIME, required=True),),
        ),
        Step(
            "recover",
            "do",
            Text("메일 복구 실행", "Recover the mail"),
            roles=_ADMIN,
            menu=(
                "[웹메일] > 우측 상단 프로필 이미지 클릭 -  관리자 - 메일 - 메일 복구 - 사용자 "
                "선택 - 백업 기간 YYYYMM 형식으로 입력 ex) 202408"
            ),
            fields=("month",),
            covers=("mailbox",),
            gates=(
                Gate(
                    WithinSpan(),
                    quote=_LIMIT,
                    ours=Text(
                        "구간이면 시작 기준 24시간까지 가능, 끝 기준 24시간까지는 주의로 봅니다.",
                        "With an interval we say yes until 24 hours after its beginning and "
                        "careful until 24 hours after its end.",
                    ),
                    required=True,
                ),
                Gate(
                    MonthNotLater("month"),
                    quote=_MONTH,
                    ours=Text(
                        "이번 달보다 늦은 달은 받지 않습니다.",
                        "A month later than the current one is not taken.",
                    ),
                    required=True,
                ),
            ),
            timers=(
                _reminder(12),
                _reminder(4),
                _reminder(1),
                Timer(
                    key="expire",
                    action="expire",
                    base="mark.WithinSpan.never_from",
                    to=("mail_admin", "requester"),
                    text=Text("복구 기한이 지났습니다.", "The time for recovery is over."),
                ),
            ),
        ),
        Step(
            "user_confirms",
            "confirm",
            Text("사용자가 복구된 메일 확인", "The user confirms the recovered mail"),
            roles=("requester", "owner", "mail_admin"),
            skippable=True,
            covers=("mailbox", "deleted_at", "deleted_from", "deleted_to"),
            ours=Text("확인은 우리가 더한 단계입니다.", "Confirming is our addition."),
            tells=("requester",),
        ),
    ),
)
