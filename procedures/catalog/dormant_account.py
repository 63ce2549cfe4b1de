"""P8: 휴면 계정, first the cause, then the policy, one account, or something else."""

from procedures.definition import ANY_MEMBER, Choice, Field, Gate, Procedure, Step, When
from procedures.rules import Differs, Text

_ADMIN = ("mail_admin",)
_CAUSE = "고객사에서 설정한 휴면 계정 정책으로 휴면 계정이 됐을 수 있습니다."
_CHANGE = "휴면 계정 정책을 변경하려면 아래 방법에서 가능합니다."
_MENU = "[웹메일] - 오른쪽 상단 [프로필 이미지] 클릭 -  관리자 - 보안 - 사용자 계정 관리 정책"
_POLICY = When("branch", "is", "policy")

_FIELDS = (
    Field(
        "account",
        "address",
        Text("휴면이 된 계정", "The dormant account"),
        concerns=True,
        default="actor.email",
    ),
    Field(
        "symptom",
        "long_text",
        Text("어떤 안내가 나오나요?", "What does the screen say?"),
        required=False,
    ),
    Field(
        "last_used",
        "date",
        Text("마지막으로 쓴 날(아는 경우)", "Last used, where known"),
        required=False,
    ),
    Field(
        "branch",
        "choice",
        Text("원인과 처리 방법", "Cause and way to go"),
        choices=(
            Choice("policy", Text("휴면 정책을 바꾼다", "Change the policy")),
            Choice("one_account", Text("이 계정만 휴면을 푼다", "Wake this one account")),
            Choice("other", Text("다른 원인이다", "Another cause")),
        ),
    ),
    Field(
        "finding",
        "long_text",
        Text("확인한 내용", "What was found"),
        help=Text(
            "현재 정책의 기간, 계정의 마지막 사용일 등 그렇게 본 근거",
            "The grounds: the period of the present policy, the last use of the account",
        ),
    ),
    Field("old_policy", "long_text", Text("현재 정책", "Present policy")),
    Field("new_policy", "long_text", Text("바꿀 정책", "New policy")),
    Field(
        "accounts_affected",
        "long_text",
        Text("영향을 받는 계정", "Accounts affected"),
        help=Text(
            "정책은 고객사 전체에 적용됩니다. 몇 명, 누구인지 적으세요.",
            "The policy holds for the whole tenant. Say how many and who.",
        ),
    ),
    Field("solution", "long_text", Text("처리한 내용", "What was done")),
)

_STEPS = (
    Step(
        "request",
        "collect",
        Text("휴면이 된 계정 접수", "Take in the dormant account"),
        roles=(*ANY_MEMBER, "support"),
        fields=("account", "symptom", "last_used"),
    ),
    Step(
        "find_cause",
        "check",
        Text("원인 찾기", "Find the cause"),
        text=Text(
            "휴면 정책은 여러 가능성 중 하나입니다. 정책의 기간과 마지막 사용일을 견주어 보고 "
            "고릅니다.",
            "The policy is only one possibility. Compare its period with the last use, then "
            "choose.",
        ),
        roles=_ADMIN,
        fields=("branch", "finding"),
        menu=_MENU,
        quote=_CAUSE,
        ours=Text(
            "FAQ는 “됐을 수 있습니다”라고만 하므로 원인을 단정하지 않고 먼저 확인합니다.",
            "The FAQ says only that it may be so; we look before we change anything.",
        ),
    ),
    Step(
        "plan_policy",
        "collect",
        Text("정책 변경 내용 정리", "Write the change of policy down"),
        text=Text(
            "이 계정만이 아니라 고객사의 모든 계정이 영향을 받습니다.",
            "Every account of the tenant is affected, not only this one.",
        ),
        roles=_ADMIN,
        fields=("old_policy", "new_policy", "accounts_affected"),
        when=(_POLICY,),
        gates=(
            Gate(
                Differs("new_policy", "old_policy"),
                ours=Text(
                    "새 정책은 현재 정책과 달라야 합니다.",
                    "The new policy is another one than the present.",
                ),
                required=True,
            ),
        ),
    ),
    Step(
        "approve_policy",
        "approve",
        Text("정책 변경 승인", "Approve the change of policy"),
        when=(_POLICY,),
        approves="change_policy",
        covers=("old_policy", "new_policy", "accounts_affected"),
        ours=Text("승인은 FAQ에 없는 우리 절차입니다.", "The approval is ours."),
    ),
    Step(
        "change_policy",
        "do",
        Text("휴면 계정 정책 변경", "Change the policy"),
        text=Text(
            "승인된 대로 정책을 바꾸고 저장합니다.", "Change the policy as approved and save."
        ),
        roles=_ADMIN,
        when=(_POLICY,),
        menu=_MENU,
        quote=_CHANGE,
        gates=(
            Gate(
                Differs("new_policy", "old_policy"),
                ours=Text(
                    "새 정책은 현재 정책과 달라야 합니다.",
                    "The new policy is another one than the present.",
                ),
                required=True,
            ),
        ),
    ),
    Step(
        "wake_account",
        "do",
        Text("고객지원이 계정의 휴면 해제", "Support wakes the account"),
        text=Text(
            "정책은 그대로 두고 이 계정만 처리합니다.",
            "The policy stays; only this account is dealt with.",
        ),
        roles=("support",),
        fields=("solution",),
        when=(When("branch", "is", "one_account"),),
        tells=("support",),
        ours=Text(
            "FAQ에 한 계정만 푸는 경로가 없어 고객지원으로 넘깁니다.",
            "The FAQ gives no path for one account, so it goes to support.",
        ),
    ),
    Step(
        "other_cause",
        "do",
        Text("다른 원인 해결", "Solve the other cause"),
        text=Text(
            "휴면 정책은 바꾸지 않습니다. 찾은 원인에 맞게 처리하고 내용을 남깁니다.",
            "The policy is left alone. Deal with the cause found and write down what was done.",
        ),
        roles=("mail_admin", "support"),
        fields=("solution",),
        when=(When("branch", "is", "other"),),
        ours=Text("FAQ는 다른 원인을 다루지 않습니다.", "The FAQ does not deal with other causes."),
    ),
    Step(
        "user_confirms",
        "confirm",
        Text("사용자가 다시 접속되는지 확인", "The user confirms access"),
        roles=("requester", "owner", "mail_admin"),
        skippable=True,
        tells=("requester",),
    ),
)

DORMANT_ACCOUNT = Procedure(
    key="dormant_account",
    prefix="DA",
    number=1,
    title=Text("휴면 계정", "Dormant account"),
    question="휴면 계정이 됐어요.",
    answer=(f"{_CAUSE} {_CHANGE}",),
    summary=Text(
        "휴면이 된 원인을 찾아 정책을 바꾸거나, 계정 하나를 풀거나, 다른 원인을 해결합니다.",
        "Find why the account is dormant; change the policy, wake it, or solve another cause.",
    ),
    phrases=(
        "휴면 계정이래요",
        "휴면 해제해 주세요",
        "휴면 풀어주세요",
        "계정이 잠겼어요",
        "오랜만에 로그인했는데 안 돼요",
        "오래 안 썼더니 로그인이 안돼요",
        "휴직 후 복직했는데 메일이 안 열려요",
        "장기 미사용 계정",
        "휴면계정 정책 변경",
        "휴면 기간 늘려 주세요",
        "휴면됬어요",
        "dormant account",
        "inactive account",
        "wake up account",
        "account sleeping policy",
    ),
    tells_on_open=_ADMIN,
    subject="account",
    fields=_FIELDS,
    steps=_STEPS,
)
