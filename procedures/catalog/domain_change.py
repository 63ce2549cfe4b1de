"""P10: 도메인 변경, a ticket with a notice, a preparation and an outage of at most 8 hours."""

from procedures.catalog.domain_change_fields import FIELDS
from procedures.catalog.domain_change_steps import (
    DNS,
    DNS_PREPARED,
    GROUP,
    IDS,
    NOTICE,
    OUTAGE,
    OUTLOOK,
    PREPARATION,
    REQUESTED,
    SCHEDULING,
    SUPPORT,
    TENANT,
    WINDOW,
)
from procedures.catalog.domain_change_work import PREPARING, SCHEDULED
from procedures.definition import ClaimSpec, Gate, Procedure, Return, Stage, Step, Timer, When
from procedures.rules import EverybodyIn, OtherThan, RunningWindow, Text

_RESUME = "3. 서비스 가동 재개"
_ON_NEW = When("resumed_on", "is", "new")


def _warning(key: str, minutes: int, ko: str, en: str) -> Timer:
    return Timer(
        key=key,
        action="remind",
        base="mark.RunningWindow.first_end",
        minutes=-minutes,
        to=("support", "manager"),
        text=Text(
            f"서비스가 중단된 지 {ko}이 지났습니다. 8시간 안에 재개하거나 되돌리세요.",
            f"The service has been out for {en} hours. Resume or roll back within 8 hours.",
        ),
    )


_OUTAGE = (
    Step(
        "stabilise",
        "do",
        Text("변경 작업을 마치고 안정화", "Finish the change and stabilise"),
        text=Text(
            "송신과 수신을 시험합니다. 되돌려야 하면 기존 도메인으로 재개합니다. 아직 서비스 중단 "
            "중입니다.",
            "Test sending and receiving. To roll back, resume on the old domain. The service is "
            "still out.",
        ),
        roles=SUPPORT,
        stage="stabilising",
        quote=WINDOW,
    ),
    Step(
        "resume",
        "do",
        Text("서비스 재개", "Resume the service"),
        text=Text(
            "새 도메인으로 재개했는지, 되돌려서 기존 도메인으로 재개했는지 고릅니다.",
            "Say whether it resumed on the new domain or, rolled back, on the old one.",
        ),
        roles=SUPPORT,
        stage="resumed",
        fields=("resumed_on",),
        quote=_RESUME,
        gates=(
            Gate(
                RunningWindow(),
                quote=WINDOW,
                ours=Text(
                    "8시간을 넘어도 재개는 막지 않고, 초과를 기록하고 알립니다.",
                    "Past 8 hours resuming is not blocked; the overrun is recorded and escalated.",
                ),
                required=True,
            ),
        ),
        timers=(
            _warning("warn_6h", 120, "6시간", "6"),
            _warning("warn_7h30", 30, "7시간 30분", "7.5"),
            Timer(
                key="overrun",
                action="alarm",
                base="mark.RunningWindow.overrun_from",
                to=("support", "manager", *TENANT),
                text=Text(
                    "서비스 중단이 8시간을 넘었습니다. 즉시 재개하거나 되돌리세요.",
                    "The service has been out for more than 8 hours. Resume or roll back at once.",
                ),
            ),
        ),
    ),
)

_AFTER = (
    Step(
        "verify",
        "check",
        Text("다른 담당자가 확인", "Another support person verifies"),
        text=Text(
            "외부와 메일을 주고받아 보고, 대표메일과 메일링도 확인합니다.",
            "Exchange mail with the outside; try representative mail and mailing lists, too.",
        ),
        roles=SUPPORT,
        stage="resumed",
        gates=(
            Gate(
                OtherThan("resume"),
                ours=Text(
                    "재개한 사람이 아닌 담당자가 확인합니다.",
                    "Somebody else than who resumed it verifies.",
                ),
                required=True,
            ),
        ),
        ours=Text("두 사람이 확인하는 것은 우리 절차입니다.", "Two pairs of eyes are ours."),
    ),
    Step(
        "outlook_confirmed",
        "confirm",
        Text(
            "아웃룩 사용자 모두 연결 값 수정 확인", "Every Outlook user has corrected the settings"
        ),
        roles=("site_admin", "mail_admin", "support"),
        stage="resumed",
        fields=("outlook_done",),
        when=(When("outlook_users"), _ON_NEW),
        quote=OUTLOOK,
        gates=(
            Gate(
                EverybodyIn("outlook_users", "outlook_done"),
                ours=Text("목록의 모든 사람이 확인해야 합니다.", "Everybody on the list confirms."),
                required=True,
            ),
        ),
    ),
    Step(
        "close",
        "confirm",
        Text("마무리", "Close"),
        text=Text(
            "새 도메인으로 재개했다면 고객사의 메인 도메인이 이 앱에서도 바뀝니다.",
            "Resumed on the new domain, the tenant's main domain changes in this app, too.",
        ),
        roles=SUPPORT,
        stage="closed",
        fields=("closing_note",),
        tells=SUPPORT,
    ),
)

DOMAIN_CHANGE = Procedure(
    key="domain_change",
    prefix="DC",
    number=1,
    title=Text("도메인 변경", "Change of domain"),
    question="도메인을 변경하고 싶어요.",
    answer=(
        NOTICE,
        "변경 작업 절차 및 참고 내용은 다음과 같습니다.",
        "[작업 순서]",
        DNS,
        "2. 작업 일정 조율",
        PREPARATION,
        WINDOW,
        OUTAGE,
        _RESUME,
        "[주의 사항]",
        IDS,
        GROUP,
        OUTLOOK,
    ),
    summary=Text(
        "고객사의 요청을 받아 일정을 조율하고, 메인 도메인을 8시간 안에 바꿔 재개합니다.",
        "Agree on a schedule with the tenant, change the main domain and resume within 8 hours.",
    ),
    phrases=(
        "도메인 바꾸고 싶어요",
        "메일 주소 뒤를 바꾸고 싶어요",
        "회사 이름이 바뀌어서 메일 도메인 변경",
        "메인 도메인 변경 요청",
        "도메인 변경 일정",
        "도메인 바꾸는데 며칠 걸리나요",
        "사명 변경 메일 주소",
        "멀티 도메인 추가",
        "도메인 이전",
        "골뱅이 뒤 주소 변경",
        "도매인 변경",
        "도메인 변경하면 메일 못 쓰나요",
        "change mail domain",
        "new domain name",
        "rename company domain",
        "domain migration",
    ),
    openers=SUPPORT,
    stages=(
        Stage("requested", Text("요청", "Requested")),
        Stage("dns", Text("DNS 준비", "DNS")),
        Stage("scheduling", Text("일정 조율", "Scheduling")),
        Stage("scheduled", Text("일정 확정", "Scheduled")),
        Stage("preparing", Text("준비", "Preparing")),
        Stage("outage", Text("중단", "Outage")),
        Stage("stabilising", Text("안정화", "Stabilising")),
        Stage("resumed", Text("재개", "Resumed")),
        Stage("closed", Text("마무리", "Closed")),
    ),
    returns=(
        Return(
            "reschedule",
            Text("일정 다시 잡기", "Reschedule"),
            resets=(
                "propose", "agree", "confirm_schedule", "notify_users", "outlook_guide_sent",
                "check_group_mail", "prepare",
            ),
            after="confirm_schedule",
            before="start_work",
            roles=("support", "site_admin", "tenant_manager"),
        ),
    ),
    open_claims=(ClaimSpec("domain_change", until="end"),),
    effects=("main_domain",),
    tells_on_open=("support", *TENANT),
    related=("godomall_mx",),
    subject="new_main",
    fields=FIELDS,
    steps=(
        *REQUESTED, *DNS_PREPARED, *SCHEDULING, *SCHEDULED, *PREPARING, *_OUTAGE, *_AFTER,
    ),
)  # fmt: skip
