"""P10: the steps of a change of domain from the notice to users up to the outage."""

from procedures.catalog.domain_change_steps import (
    DNS,
    DNS_FIELDS,
    GROUP,
    OUTAGE,
    OUTLOOK,
    PREPARATION,
    PREPARE_OURS,
    SUPPORT,
    TENANT,
    window,
)
from procedures.definition import Gate, Step, Timer, When
from procedures.rules import DomainRegistered, MxMatches, NotBeforePlan, PreparationTime, Text


def _before_work(key: str, hours: int, ko: str, en: str) -> Timer:
    return Timer(
        key=key,
        action="remind",
        base="value.work_start",
        minutes=-60 * hours,
        once="confirm_schedule",
        to=("support", *TENANT),
        text=Text(
            f"도메인 변경 작업이 {ko} 뒤에 시작됩니다. 작업 중에는 메일을 쓸 수 없습니다.",
            f"The domain change starts in {en}. Mail is out of service meanwhile.",
        ),
    )


_LOWER_TTL = Timer(
    key="lower_ttl",
    action="remind",
    base="value.work_start",
    minutes=-2 * 24 * 60,
    once="confirm_schedule",
    to=("support", *TENANT),
    text=Text(
        "도메인 변경 작업까지 이틀 남았습니다. DNS의 TTL을 300초로 낮추면 바뀐 값이 빨리 퍼집니다.",
        "Two days are left until the domain change. Lower the TTL of the DNS to 300 seconds, so "
        "that new values spread fast.",
    ),
)

SCHEDULED = (
    Step(
        "notify_users",
        "notify",
        Text("사용자에게 일정과 중단 시간 공지", "Tell users when mail is out of service"),
        roles=("site_admin", "mail_admin", "support"),
        stage="scheduled",
        quote=OUTAGE,
        covers=("work_start", "work_end", "new_main"),
        copy=Text(
            "[안내] 메일 도메인 변경\n\n{current_main}에서 {new_main}{new_main:으로/로} 메인 "
            "도메인을 "
            "변경합니다.\n\n작업 시작: {work_start}\n서비스 재개 예정: {work_end}\n\n작업을 시작할 "
            "때부터 "
            "재개할 때까지 메일을 쓸 수 없습니다. 도메인 앞 아이디는 바뀌지 "
            "않습니다.\n\n{notice_text}",
            "[Notice] Change of the mail domain\n\nThe main domain changes from {current_main} to "
            "{new_main}.\n\nStart: {work_start}\nPlanned resumption: {work_end}\n\nMail is out of "
            "service from the start until it is resumed. The part before @ stays the same."
            "\n\n{notice_text}",
        ),
    ),
)

PREPARING = (
    Step(
        "outlook_guide_sent",
        "notify",
        Text("아웃룩 사용자에게 연결 값 안내", "Send Outlook users the guide"),
        roles=("site_admin", "mail_admin", "support"),
        stage="preparing",
        when=(When("outlook_users"),),
        quote=OUTLOOK,
        copy=Text(
            "도메인 변경 뒤 아웃룩의 연결 값을 고쳐야 합니다.\n\n대상: {outlook_users}\n"
            "아웃룩 연동 매뉴얼: {outlook_guide}\n작업 시작: {work_start}\n\n"
            "서비스가 재개되면 고친 뒤 알려 주세요.",
            "After the change of domain the connection settings of Outlook must be corrected.\n\n"
            "For: {outlook_users}\nGuide: {outlook_guide}\nStart: {work_start}\n\n"
            "Correct them once service is resumed, and say so.",
        ),
    ),
    Step(
        "check_group_mail",
        "check",
        Text("대표메일·메일링의 도메인 확인", "Check the domains of group mail"),
        text=Text(
            "쓰는 도메인이 모두 등록되어 있으면 따로 할 일이 없습니다.",
            "With every domain registered, nothing else is to be done.",
        ),
        roles=SUPPORT,
        stage="preparing",
        fields=("group_domains",),
        when=(When("uses_group_mail", "is", True),),
        quote=GROUP,
        gates=(Gate(DomainRegistered("group_domains"), quote=GROUP, required=True),),
    ),
    Step(
        "prepare",
        "do",
        Text("작업 준비", "Prepare the work"),
        text=Text(
            "되돌리는 계획과 작업자를 확인하고 새 도메인을 등록할 준비를 합니다.",
            "Check the rollback plan and who works, and prepare the new domain.",
        ),
        roles=SUPPORT,
        stage="preparing",
        quote=PREPARATION,
    ),
    Step(
        "start_work",
        "do",
        Text("작업 시작(서비스 중단)", "Start the work (service goes out)"),
        text=Text(
            "누르는 순간부터 재개할 때까지 서비스가 중단됩니다. 8시간은 이때부터 셉니다.",
            "From now until it is resumed the service is out. The 8 hours run from here.",
        ),
        roles=SUPPORT,
        stage="preparing",
        quote=OUTAGE,
        probe="mx",
        probe_fields=DNS_FIELDS,
        gates=(
            Gate(
                PreparationTime(confirmed="confirm_schedule"),
                quote=PREPARATION,
                ours=PREPARE_OURS,
                overridable=True,
                required=True,
            ),
            Gate(
                MxMatches(DNS_FIELDS),
                quote=DNS,
                ours=Text(
                    "권한 있는 이름 서버의 답이 설정한 값과 다르면 막습니다. 알 수 없으면 주의로 "
                    "봅니다.",
                    "Wrong answers of the authoritative servers block; unknown is careful.",
                ),
                overridable=True,
                required=True,
            ),
            Gate(
                NotBeforePlan(),
                ours=Text(
                    "약속한 시각보다 이르면 주의로 봅니다.",
                    "Before the agreed time we say careful.",
                ),
                required=True,
            ),
            window(),
        ),
        timers=(
            _LOWER_TTL,
            _before_work("day_before", 24, "24시간", "24 hours"),
            _before_work("hour_before", 1, "1시간", "1 hour"),
        ),
    ),
)
