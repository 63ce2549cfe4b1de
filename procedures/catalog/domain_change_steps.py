"""P10: the steps of a change of domain, stage by stage, up to the outage."""

from procedures.definition import Gate, Step, Timer, When
from procedures.rules import (
    BusinessNotice,
    Differs,
    DomainRegistered,
    MxMatches,
    NoLocalPartChange,
    NotAfterNow,
    NotBeforePlan,
    PreparationTime,
    Text,
    WorkWindow,
)

SUPPORT = ("support",)
TENANT = ("site_admin", "mail_admin", "tenant_manager")
NOTICE = (
    "티그리스 이메일의 메인 도메인 변경이 필요한 경우, 영업일 기준 최소 7일 전에 요청 주시면 "
    "일정 조율이 가능합니다."
)
WINDOW = "작업 및 안정화 최대 8시간 소요"
OUTAGE = "작업 시간 내 서비스 이용 불가"
GROUP = (
    "대표메일 or 메일링을 사용하고 있는 경우, 메인/멀티도메인 등록만 되어 있다면 자동으로 변경되어 "
    "별도의 설정 불필요"
)
OUTLOOK = "아웃룩을 연동하여 사용하는 사용자의 경우 연결 값 수정 필요 → 아웃룩 연동 매뉴얼 참고"
IDS = "기존 사용자의 경우 도메인 앞 아이디 변경 불가"
PREPARATION = "작업 준비 기간 최소 1일"
DNS = "1. 사용할 메인 도메인과 멀티 도메인 구분 및 DNS값 설정"
_DNS_FIELDS = ("new_main", "multi_domains")
_PREPARE_OURS = Text(
    "1일은 24시간으로 봅니다. 그 사이에 온전한 영업일이 없으면 주의로 봅니다.",
    "One day is 24 hours. Without a whole business day between, we say careful.",
)
_MX_OURS = Text(
    "DNS 대조는 우리 절차입니다. 여기서는 달라도 막지 않고 주의로 봅니다.",
    "Comparing the DNS is ours. Here a difference is at most a caution.",
)


def _mx_soft() -> Gate:
    return Gate(MxMatches(_DNS_FIELDS, soft=True), quote=DNS, ours=_MX_OURS)


def _window() -> Gate:
    return Gate(WorkWindow(), quote=WINDOW, required=True)


def _before_work(key: str, hours: int, ko: str, en: str) -> Timer:
    return Timer(
        key=key,
        action="remind",
        base="value.work_start",
        minutes=-60 * hours,
        to=("support", *TENANT),
        text=Text(
            f"도메인 변경 작업이 {ko} 뒤에 시작됩니다. 작업 중에는 메일을 쓸 수 없습니다.",
            f"The domain change starts in {en}. Mail is out of service meanwhile.",
        ),
    )


REQUESTED = (
    Step(
        "request",
        "collect",
        Text("고객사의 요청 접수", "Take in the tenant's request"),
        text=Text(
            "고객사가 요청하면 고객지원이 접수합니다. 일정은 양쪽이 확정하기 전까지 정해진 것이 아닙니다.",
            "Support opens the ticket for a tenant that asked. No date is fixed until both sides "
            "have confirmed.",
        ),
        roles=SUPPORT,
        stage="requested",
        fields=(
            "requester", "received", "current_main", "new_main", "multi_domains", "drop_domains",
            "desired_start", "rollback_plan", "outlook_users", "outlook_guide", "uses_group_mail",
            "group_domains", "id_changes",
        ),
        gates=(
            Gate(
                NotAfterNow("received"),
                ours=Text(
                    "받은 시각은 지금보다 늦을 수 없습니다.", "It was received before now."
                ),
                required=True,
            ),
            Gate(
                Differs(),
                ours=Text(
                    "새 메인 도메인은 현재와 달라야 합니다.",
                    "The new main domain is another one than the current.",
                ),
                required=True,
            ),
            Gate(NoLocalPartChange(), quote=IDS),
        ),
    ),
)  # fmt: skip

DNS_PREPARED = (
    Step(
        "set_dns",
        "do",
        Text("메인·멀티 도메인을 나누고 DNS 설정", "Settle main and multi domains, set the DNS"),
        text=Text(
            "새 메인 도메인과 유지할 멀티 도메인의 MX를 설정합니다. 네임서버가 고도몰이면 ‘고도몰 MX "
            "등록’ 절차를 함께 시작하세요.",
            "Set the MX of the new main and of the multi domains that stay. Where the name servers "
            "are Godomall's, start the procedure “MX at Godomall” as well.",
        ),
        roles=("site_admin", "mail_admin", "support"),
        stage="dns",
        quote=DNS,
    ),
    Step(
        "check_dns",
        "check",
        Text("DNS 확인", "Check the DNS"),
        text=Text(
            "아직 퍼지는 중일 수 있습니다. 작업을 시작하기 직전에 다시 확인합니다.",
            "It may still be spreading. It is checked again right before the start.",
        ),
        roles=SUPPORT,
        stage="dns",
        quote=DNS,
        probe="mx",
        probe_fields=_DNS_FIELDS,
        gates=(_mx_soft(),),
    ),
)

SCHEDULING = (
    Step(
        "propose",
        "collect",
        Text("작업 일정 제안", "Propose a schedule"),
        text=Text(
            "제안일 뿐입니다. 고객사가 동의하고 고객지원이 확정해야 일정이 정해집니다.",
            "Only a proposal. The date is fixed once the tenant agrees and support confirms.",
        ),
        roles=SUPPORT,
        stage="scheduling",
        fields=("work_start", "work_end", "notice_text"),
        quote=NOTICE,
        gates=(
            Gate(WorkWindow(), quote=WINDOW),
            Gate(
                BusinessNotice(soft=True),
                quote=NOTICE,
                ours=Text(
                    "제안할 때는 미리 계산해 알려 주기만 합니다. 이르면 확정할 때 막습니다.",
                    "Counted here as a preview; too early is blocked when it is confirmed.",
                ),
            ),
        ),
    ),
    Step(
        "agree",
        "approve",
        Text("고객사가 일정에 동의", "The tenant agrees to the schedule"),
        roles=("site_admin", "tenant_manager"),
        stage="scheduling",
        quote=OUTAGE,
        covers=("work_start", "work_end", "new_main", "multi_domains"),
        keep_field="work_start",
        keep_hours=24,
        ours=Text(
            "동의는 우리 절차입니다. 요청한 사람이 아닌 고객사의 관리자가 합니다.",
            "The agreement is ours: by an admin of the tenant who did not make the request.",
        ),
    ),
    Step(
        "confirm_schedule",
        "confirm",
        Text("일정 확정", "Confirm the schedule"),
        text=Text(
            "이 단계를 마치면 일정이 확정되고 준비 기간이 시작됩니다.",
            "With this the date is fixed, and the preparation time begins.",
        ),
        roles=SUPPORT,
        stage="scheduling",
        fields=("work_start", "work_end"),
        covers=("work_start", "work_end"),
        keep_field="work_start",
        keep_hours=24,
        probe="mx",
        probe_fields=_DNS_FIELDS,
        gates=(
            Gate(
                BusinessNotice(),
                quote=NOTICE,
                ours=Text(
                    "받은 날은 세지 않고, 쉬는 날에 받은 요청은 다음 영업일에 받은 것으로 봅니다. "
                    "작업일은 쉬는 날이어도 됩니다.",
                    "The day of receipt is not counted; received on a day off counts as the next "
                    "business day. The work itself may fall on a day off.",
                ),
                overridable=True,
                required=True,
            ),
            Gate(
                PreparationTime(),
                quote=PREPARATION,
                ours=_PREPARE_OURS,
                overridable=True,
                required=True,
            ),
            _window(),
            _mx_soft(),
        ),
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
            "[안내] 메일 도메인 변경\n\n{current_main}에서 {new_main}{new_main:으로/로} 메인 도메인을 "
            "변경합니다.\n\n작업 시작: {work_start}\n서비스 재개 예정: {work_end}\n\n작업을 시작할 때부터 "
            "재개할 때까지 메일을 쓸 수 없습니다. 도메인 앞 아이디는 바뀌지 않습니다.\n\n{notice_text}",
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
        stage="outage",
        quote=OUTAGE,
        probe="mx",
        probe_fields=_DNS_FIELDS,
        gates=(
            Gate(
                PreparationTime(confirmed="confirm_schedule"),
                quote=PREPARATION,
                ours=_PREPARE_OURS,
                overridable=True,
                required=True,
            ),
            Gate(
                MxMatches(_DNS_FIELDS),
                quote=DNS,
                ours=Text(
                    "권한 있는 이름 서버의 답이 설정한 값과 다르면 막습니다. 알 수 없으면 주의로 봅니다.",
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
            _window(),
        ),
        timers=(
            _before_work("day_before", 24, "24시간", "24 hours"),
            _before_work("hour_before", 1, "1시간", "1 hour"),
        ),
    ),
)
