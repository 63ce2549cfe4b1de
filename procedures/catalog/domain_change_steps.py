"""P10: the steps of a change of domain up to a schedule that both sides confirmed."""

from procedures.definition import Gate, Return, Step
from procedures.rules import (
    BusinessNotice,
    Differs,
    MxMatches,
    NoLocalPartChange,
    NotAfterNow,
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
DNS_FIELDS = ("new_main", "multi_domains")
PREPARE_OURS = Text(
    "1일은 24시간으로 봅니다. 그 사이에 온전한 영업일이 없으면 주의로 봅니다.",
    "One day is 24 hours. Without a whole business day between, we say careful.",
)
_MX_OURS = Text(
    "DNS 대조는 우리 절차입니다. 여기서는 달라도 막지 않고 주의로 봅니다.",
    "Comparing the DNS is ours. Here a difference is at most a caution.",
)


def _mx_soft() -> Gate:
    return Gate(MxMatches(DNS_FIELDS, soft=True), quote=DNS, ours=_MX_OURS)


COUNTER = Return(
    "counter",
    Text("다른 일정 제안", "Propose another date"),
    resets=("propose",),
    after="propose",
    before="agree",
    roles=("site_admin", "tenant_manager"),
    fields=("counter_start", "counter_end"),
    gates=(
        Gate(WorkWindow(start="counter_start", end="counter_end"), quote=WINDOW, required=True),
        Gate(
            BusinessNotice(start="counter_start", soft=True),
            quote=NOTICE,
            ours=Text(
                "이르면 알려 주기만 합니다. 확정할 때는 막습니다.",
                "Too early is only told here; it is blocked when the date is confirmed.",
            ),
        ),
    ),
)


def window() -> Gate:
    """Return the gate of the eight hours; nobody overrides it."""
    return Gate(WorkWindow(), quote=WINDOW, required=True)


REQUESTED = (
    Step(
        "request",
        "collect",
        Text("고객사의 요청 접수", "Take in the tenant's request"),
        text=Text(
            "고객사가 요청하면 고객지원이 접수합니다. 일정은 양쪽이 확정하기 전까지 정해진 것이 "
            "아닙니다.",
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
            "새 메인 도메인과 유지할 멀티 도메인의 MX를 설정합니다. 네임서버가 고도몰이면 ‘고도몰 "
            "MX "
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
        probe_fields=DNS_FIELDS,
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
        probe_fields=DNS_FIELDS,
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
                ours=PREPARE_OURS,
                overridable=True,
                required=True,
            ),
            window(),
            _mx_soft(),
        ),
    ),
)
