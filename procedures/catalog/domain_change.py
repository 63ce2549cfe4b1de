"""P10: 도메인 변경, a ticket with a notice, a preparation and an outage of at most 8 hours."""

from procedures.catalog.domain_change_fields import FIELDS
from procedures.catalog.domain_change_steps import (
    COUNTER,
    DNS,
    DNS_FIELDS,
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
from procedures.rules import (
    EverybodyIn,
    GivenWhen,
    MxMatches,
    OtherThan,
    RunningWindow,
    Text,
)

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
            "송신과 수신을 시험합니다. 되돌릴 때는 까닭을 적어 건너뛰고 기존 도메인으로 "
            "재개합니다. 아직 서비스 중단 중입니다.",
            "Test sending and receiving. To roll back, skip this with the reason and resume on the "
            "old domain. The service is still out.",
        ),
        roles=SUPPORT,
        stage="outage",
        quote=WINDOW,
        skippable=True,
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
        stage="stabilising",
        fields=("resumed_on", "rollback_reason"),
        quote=_RESUME,
        gates=(
            Gate(
                GivenWhen(
                    "rollback_reason",
                    "resumed_on",
                    "old",
                    Text("되돌렸다면 까닭을 적으세요.", "Rolled back: say why."),
                ),
                ours=Text("되돌린 까닭은 이력에 남습니다.", "Why it was rolled back is kept."),
                required=True,
            ),
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
        "recheck_mx",
        "check",
        Text("다음 영업일에 MX 다시 확인", "Check the MX again the next business day"),
        text=Text(
            "재개한 다음 영업일에 MX가 그대로인지 다시 확인합니다. 자동으로도 한 번 확인합니다.",
            "See on the business day after resuming that the MX is still right. It is also looked "
            "up once by itself.",
        ),
        roles=SUPPORT,
        stage="resumed",
        when=(_ON_NEW,),
        quote=DNS,
        probe="mx",
        probe_fields=DNS_FIELDS,
        gates=(
            Gate(
                MxMatches(DNS_FIELDS, soft=True),
                quote=DNS,
                ours=Text(
                    "재개한 뒤의 확인은 우리 절차입니다. 달라도 막지 않고 주의로 봅니다.",
                    "Looking again afterwards is ours. A difference is at most a caution.",
                ),
            ),
        ),
        timers=(
            Timer(
                key="recheck_due",
                action="remind",
                base="done.resume",
                business_days=1,
                minutes=9 * 60,
                to=SUPPORT,
                text=Text(
                    "어제 재개한 도메인의 MX를 다시 확인하세요.",
                    "Check the MX of the domain that was resumed the business day before.",
                ),
            ),
        ),
        ours=Text("다음 영업일의 재확인은 우리 절차입니다.", "Looking again is our own step."),
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
        timers=(
            Timer(
                key="outlook_chase",
                action="remind",
                base="done.resume",
                business_days=3,
                minutes=9 * 60,
                to=("support", *TENANT),
                text=Text(
                    "재개한 지 영업일 3일이 지났습니다. 아웃룩 연결 값을 아직 고치지 않은 사람을 "
                    "확인하세요.",
                    "Three business days have passed since service was resumed. Look who has not "
                    "corrected the Outlook settings yet.",
                ),
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
    number=2,
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
        COUNTER,
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
