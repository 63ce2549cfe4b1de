"""P10: the values that a change of domain collects."""

from procedures.definition import Choice, Field
from procedures.rules import Text

_PEOPLE = (
    Field(
        "requester",
        "address",
        Text("요청한 고객사 담당자", "Who of the tenant asks"),
        help=Text(
            "이 사람은 일정에 동의할 수 없습니다.", "This person cannot agree to the schedule."
        ),
        concerns=True,
    ),
    Field(
        "received",
        "datetime",
        Text("요청을 받은 시각", "Received at"),
        help=Text(
            "영업일 7일은 이 시각의 날짜부터 셉니다. 일정을 다시 잡아도 바뀌지 않습니다.",
            "The 7 business days count from this day. Rescheduling keeps it.",
        ),
        default="now",
    ),
)

_DOMAINS = (
    Field(
        "current_main",
        "domain",
        Text("현재 메인 도메인", "Current main domain"),
        default="tenant.main_domain",
    ),
    Field("new_main", "domain", Text("새 메인 도메인", "New main domain")),
    Field(
        "multi_domains",
        "domain",
        Text("유지할 멀티 도메인", "Multi domains to keep"),
        help=Text("한 줄에 하나씩", "One per line"),
        required=False,
        many=True,
        default="tenant.multi_domains",
    ),
    Field(
        "drop_domains",
        "domain",
        Text("없앨 멀티 도메인", "Multi domains to drop"),
        required=False,
        many=True,
    ),
)

_WISHES = (
    Field("desired_start", "datetime", Text("희망 시작 시각", "Desired start"), required=False),
    Field(
        "rollback_plan",
        "long_text",
        Text("되돌리는 계획", "Rollback plan"),
        help=Text(
            "문제가 생기면 언제, 어떻게 현재 도메인으로 되돌릴지",
            "When and how to go back to the current domain if it fails",
        ),
    ),
    Field(
        "outlook_users",
        "address",
        Text("아웃룩을 쓰는 사람", "Outlook users"),
        help=Text("메일 주소를 한 줄에 하나씩. 없으면 비워 두세요.", "One address per line."),
        required=False,
        many=True,
    ),
    Field(
        "outlook_guide",
        "text",
        Text("아웃룩 연동 매뉴얼 주소", "Address of the Outlook guide"),
        help=Text(
            "설정에 있으면 채워져 있습니다. 비어 있으면 설정되지 않은 것입니다.",
            "Filled in where configured; empty means not configured.",
        ),
        required=False,
        default="tenant.outlook_guide_url",
    ),
    Field(
        "uses_group_mail",
        "boolean",
        Text("대표메일이나 메일링을 쓰나요?", "Is representative mail or a mailing list in use?"),
    ),
    Field(
        "group_domains",
        "domain",
        Text("대표메일·메일링이 쓰는 도메인", "Domains used by them"),
        required=False,
        many=True,
    ),
    Field(
        "id_changes",
        "text",
        Text("바꿔 달라는 아이디", "Ids asked to be changed"),
        help=Text(
            "도메인 앞 아이디는 바꿀 수 없으므로 비워 두어야 합니다.",
            "The id before the domain cannot be changed, so this stays empty.",
        ),
        required=False,
        many=True,
    ),
)

_SCHEDULE = (
    Field("work_start", "datetime", Text("작업 시작", "Start of work")),
    Field(
        "work_end",
        "datetime",
        Text("서비스 재개 예정", "Planned resumption"),
        help=Text(
            "작업과 안정화를 모두 마치고 서비스를 다시 여는 시각",
            "When service resumes, work and stabilisation done",
        ),
    ),
    Field(
        "notice_text",
        "long_text",
        Text("사용자 공지에 덧붙일 말", "Words to add to the notice"),
        required=False,
    ),
)

_COUNTER = (
    Field(
        "counter_start",
        "datetime",
        Text("고객사가 바라는 작업 시작", "Start that the tenant asks for"),
    ),
    Field(
        "counter_end",
        "datetime",
        Text("고객사가 바라는 서비스 재개", "Resumption that the tenant asks for"),
    ),
)

_RESULTS = (
    Field(
        "resumed_on",
        "choice",
        Text("어느 도메인으로 재개했나요?", "On which domain was service resumed?"),
        choices=(
            Choice("new", Text("새 메인 도메인", "The new main domain")),
            Choice("old", Text("기존 도메인(되돌림)", "The old domain (rolled back)")),
        ),
    ),
    Field(
        "rollback_reason",
        "long_text",
        Text("되돌린 까닭", "Why it was rolled back"),
        help=Text(
            "기존 도메인으로 재개했을 때만 적습니다.", "Only when the old domain was resumed."
        ),
        required=False,
    ),
    Field(
        "outlook_done",
        "address",
        Text("연결 값을 고친 사람", "Who has corrected the settings"),
        many=True,
    ),
    Field("closing_note", "long_text", Text("마무리 기록", "Closing note"), required=False),
)

FIELDS = (*_PEOPLE, *_DOMAINS, *_WISHES, *_SCHEDULE, *_COUNTER, *_RESULTS)
