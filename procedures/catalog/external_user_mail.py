"""P3: 외부사용자 메일 사용, which costs extra and may end on a day."""

from procedures.definition import ANY_MEMBER, Field, Gate, Procedure, Step, Timer, When
from procedures.rules import CoveredBy, InOrder, Text

_ADMIN = ("site_admin",)
_WHO = "기본적으론 사용할 수 없지만 사내 사이트 관리자가 설정해주면 가능해요."
_COST = "외부 사용자가 메일 사용할 경우엔, 추가 비용이 발생합니다."
_NINE = 9 * 60

_PHRASES = (
    "외부 직원 메일 만들어 주세요", "협력사 직원이 메일을 써야 해요", "외부사용자 이메일 사용",
    "프리랜서 메일 계정", "파견 직원 메일 추가", "외주 인력 메일 쓰게 해주세요",
    "외부인 메일 사용 비용", "게스트 메일 됩니까", "외부 사용자 멜 사용 가능한가요",
    "external user mail", "mail for a contractor", "guest mailbox",
)  # fmt: skip


def _reminder(key: str, days: int, text: Text) -> Timer:
    return Timer(
        key=key, action="remind", base="value.end", days=days, minutes=_NINE, to=_ADMIN, text=text
    )


_FIELDS = (
    Field(
        "users",
        "address",
        Text("외부사용자", "External users"),
        help=Text("한 줄에 메일 주소 하나", "One mail address a line"),
        many=True,
        concerns=True,
    ),
    Field("purpose", "long_text", Text("사용 목적", "Purpose")),
    Field("start", "date", Text("사용 시작일", "First day")),
    Field(
        "end",
        "date",
        Text("사용 종료일", "Last day"),
        help=Text(
            "이날까지 사용합니다. 정하지 않으면 비워 두세요.",
            "Used up to and including this day. Leave empty for no end.",
        ),
        required=False,
    ),
    Field(
        "cost_center",
        "text",
        Text("비용 부담 부서", "Cost centre"),
        help=Text("추가 비용을 낼 부서나 코드", "The unit or code that pays"),
    ),
)

_ORDER = Gate(
    InOrder("start", "end"),
    ours=Text(
        "종료일은 시작일과 같거나 늦어야 합니다.", "The last day is the first day or a later one."
    ),
)

_STEPS = (
    Step(
        "request",
        "collect",
        Text("사용 요청", "Request the use"),
        roles=(*ANY_MEMBER, "support"),
        fields=("users", "purpose", "start", "end", "cost_center"),
        quote=_WHO,
        gates=(_ORDER,),
    ),
    Step(
        "acknowledge_cost",
        "confirm",
        Text("추가 비용 확인", "Acknowledge the extra cost"),
        text=Text(
            "적힌 외부사용자 모두에게 추가 비용이 발생합니다. 금액은 FAQ에 없으니 고객사 설정이나 "
            "계약 담당자에게 확인하세요. 명단이 바뀌면 다시 확인합니다.",
            "Every external user listed costs extra. The FAQ gives no amount: see the tenant's "
            "configuration or your contract. A changed list is acknowledged again.",
        ),
        roles=_ADMIN,
        covers=("users",),
        quote=_COST,
        ours=Text(
            "비용 확인을 따로 남기는 것은 우리가 더한 단계입니다.",
            "Keeping the acknowledgement is our addition.",
        ),
        gates=(_ORDER,),
        tells=_ADMIN,
    ),
    Step(
        "approve",
        "approve",
        Text("사용 승인", "Approve the use"),
        text=Text(
            "요청한 사람은 승인할 수 없습니다.",
            "The requester cannot approve.",
        ),
        approves="perform",
        covers=("users", "purpose", "start", "end", "cost_center"),
        tells=("site_admin", "tenant_manager"),
        ours=Text("승인은 우리가 더한 단계입니다.", "The approval is our addition."),
    ),
    Step(
        "perform",
        "do",
        Text("외부사용자 메일 사용 설정", "Enable mail for the external users"),
        roles=_ADMIN,
        menu=(
            "뉴스피드 오른쪽 상단 [설정 아이콘(⚙️)] - [관리자메뉴] - 예외 관리 - 이메일 사용 "
            "관리(외부사용자) - 추가 - 선택 후 저장"
        ),
        quote=_WHO,
        gates=(
            Gate(
                CoveredBy("acknowledge_cost", "users"),
                quote=_COST,
                ours=Text(
                    "비용을 확인한 명단과 실제 설정하는 명단이 같아야 합니다.",
                    "The list performed is exactly the list whose cost was acknowledged.",
                ),
                required=True,
            ),
            _ORDER,
        ),
    ),
    Step(
        "confirm_use",
        "confirm",
        Text("메일 사용 확인", "Confirm that mail works"),
        text=Text(
            "외부사용자가 메일을 보내고 받을 수 있는지 확인합니다.",
            "Make sure that the external users can send and receive.",
        ),
        roles=(*_ADMIN, "requester"),
        skippable=True,
        covers=("users",),
        ours=Text("확인은 우리가 더한 단계입니다.", "Confirming is our addition."),
    ),
    Step(
        "remove_access",
        "do",
        Text("종료일 이후 사용 해제", "Remove the access after the last day"),
        text=Text(
            "종료일이 지나면 외부사용자의 메일 사용을 해제합니다. 해제 경로는 FAQ에 없으니, 설정한 "
            "화면에서 찾을 수 없으면 고객지원에 문의하세요.",
            "After the last day, take the access away. The FAQ gives no path for it: where the "
            "page of the setting does not offer it, ask support.",
        ),
        roles=_ADMIN,
        when=(When("end", "given"),),
        ours=Text("FAQ에 없는 단계입니다.", "The FAQ does not mention this step."),
        timers=(
            _reminder(
                "remind_14d",
                -14,
                Text(
                    "외부사용자 메일 사용이 14일 안에 끝납니다.",
                    "The external users' mail ends within 14 days.",
                ),
            ),
            _reminder(
                "remind_3d",
                -3,
                Text(
                    "외부사용자 메일 사용이 3일 안에 끝납니다.",
                    "The external users' mail ends within 3 days.",
                ),
            ),
            _reminder(
                "remind_end",
                0,
                Text(
                    "외부사용자 메일 사용 종료일입니다. 오늘이 지나면 사용을 해제하세요.",
                    "This is the last day of the external users' mail. Remove the access after it.",
                ),
            ),
        ),
    ),
)

EXTERNAL_USER_MAIL = Procedure(
    key="external_user_mail",
    prefix="EU",
    number=1,
    title=Text("외부사용자 메일 사용", "Mail for external users"),
    question="외부사용자도 메일을 사용할 수 있나요?",
    answer=(_WHO, _COST),
    summary=Text(
        "사이트 관리자가 외부사용자에게 메일을 열어 줍니다. 추가 비용이 발생합니다.",
        "A site admin enables mail for external users, at extra cost.",
    ),
    phrases=_PHRASES,
    fields=_FIELDS,
    steps=_STEPS,
    tells_on_open=_ADMIN,
    subject="users",
)
