"""P1: 부가서비스 동기화, so that a new user reaches e-mail and approval at once."""

from procedures.definition import (
    ANY_MEMBER,
    Choice,
    ClaimSpec,
    Field,
    Gate,
    Procedure,
    Return,
    Step,
)
from procedures.rules import ChoiceIs, DailyLimit, NothingAddedSince, Text

_ADMIN = ("site_admin",)
_AT_ONCE = (
    "새로 생성한 사용자의 정보를 즉시 반영하기 위해서는 수동으로 동기화 작업을 진행해야 합니다."
)
_REFRESH = "동기화 작업 이후 해당 사용자에게 새로고침 또는 재 로그인을 진행하면 됩니다."
_WHO = "동기화 작업은 사이트 관리자가 다음 경로를 통해 작업하실 수 있습니다."
_LIMIT = "안정적인 서비스 이용과 동기화 진행을 위해 부가서비스 동기화가 일 1회로 제한됩니다."
_REVIEW = "동기화 진행 전 변경 사항을 충분히 확인한 뒤 동기화를 진행합니다."

_PHRASES = (
    "신규 입사자 메일이 안 돼요", "새로 등록한 직원이 이메일 접속이 안 됩니다",
    "사용자 추가했는데 메일이 안 열려요", "전자결재 접속 안됨", "결재가 안 들어가져요",
    "동기화 버튼이 안 눌려요", "입사자 계정 만들었는데 로그인이 안 돼요", "동기화 어떻게 하나요",
    "부가서비스 동기화", "부서 이동했는데 반영이 안 돼요", "계정 추가 햇는데 메일 않되요",
    "new user cannot open e-mail", "new employee has no approval access", "sync users",
)  # fmt: skip

_FIELDS = (
    Field(
        "service",
        "choice",
        Text("동기화할 서비스", "Service to sync"),
        help=Text(
            "접속되지 않는 서비스를 고르세요. 하루 한 번 제한은 서비스마다 따로 셉니다(우리 해석).",
            "Choose the service that cannot be reached. One sync a day is counted per service "
            "(our reading).",
        ),
        choices=(
            Choice("email", Text("이메일", "E-mail")),
            Choice("approval", Text("전자결재", "Approval")),
        ),
        open_choice=True,
        default="tenant.services",
    ),
    Field(
        "changes",
        "change",
        Text("변경된 사용자", "Changed users"),
        help=Text(
            "한 줄에 한 명씩 아이디, 이름, 변경 내용을 적습니다. 예: kim, 김하나, 신규",
            "One person a line: id, name, change. Example: kim, Kim Hana, new",
        ),
        many=True,
    ),
    Field(
        "result",
        "choice",
        Text("동기화 결과", "Result of the sync"),
        help=Text(
            "제품 화면에 보이는 대로 고르세요. 모르면 ‘모름’을 고릅니다.",
            "Choose what the product shows; “unknown” when you cannot tell.",
        ),
        choices=(
            Choice("succeeded", Text("성공", "Succeeded")),
            Choice("failed", Text("실패", "Failed")),
            Choice("refused_by_product", Text("제품이 거부함", "Refused by the product")),
            Choice("unknown", Text("모름", "Unknown")),
        ),
    ),
    Field(
        "result_note",
        "long_text",
        Text("화면에 나온 문구", "What the screen said"),
        required=False,
    ),
)

_COLLECT = Step(
    "collect",
    "collect",
    Text("변경된 사용자 모으기", "Collect the changed users"),
    text=Text(
        "같은 서비스의 변경은 한 건에 모아 한 번에 동기화합니다. 이미 모으는 중인 건이 있으면 "
        "거기에 합쳐집니다.",
        "Changes of one service are collected and synced at once. Where a run is collecting "
        "already, yours joins it.",
    ),
    roles=(*ANY_MEMBER, "support"),
    fields=("service", "changes"),
    quote=_AT_ONCE,
    ours=Text(
        "하루 한 번뿐이므로 고객사와 서비스마다 모으는 건을 하나만 둡니다.",
        "Since there is one sync a day, one run at a time collects per tenant and service.",
    ),
)

_REVIEW_STEP = Step(
    "review",
    "confirm",
    Text("변경 사항 모두 확인", "Review all changes"),
    text=Text(
        "오늘 더 추가할 사용자가 없는지 부서에 물어보고, 모든 줄을 확인하세요. 나중에 추가되면 "
        "다시 확인합니다.",
        "Ask whether anybody else is to be added today, and check every line. What is added "
        "later is reviewed again.",
    ),
    roles=_ADMIN,
    covers=("service", "changes"),
    quote=_REVIEW,
    tells=_ADMIN,
)

_RUN_SYNC = Step(
    "run_sync",
    "do",
    Text("동기화 실행", "Run the sync"),
    text=Text(
        "[동기화]를 누르기 바로 전에 이 단계를 완료하세요. 완료하는 순간 오늘의 한 번을 차지하므로 "
        "두 사람이 함께 누르는 일이 없습니다.",
        "Complete this step just before you press [동기화]. Completing it takes today's sync, so "
        "that two people never both press.",
    ),
    roles=_ADMIN,
    menu=(
        "뉴스피드 오른쪽 상단 [설정 아이콘(⚙️)] - [관리자메뉴] - 사이트관리 - 부가서비스 부분의 "
        "사용 중인 서비스 - [동기화] 클릭"
    ),
    quote=_WHO,
    covers=("service", "changes"),
    gates=(
        Gate(
            NothingAddedSince(step="review", field="changes"),
            quote=_REVIEW,
            ours=Text(
                "확인한 뒤 추가된 변경이 있으면 다시 확인해야 합니다.",
                "What was added after the review must be reviewed again.",
            ),
            required=True,
        ),
        Gate(
            DailyLimit(limit="sync", service="service"),
            quote=_LIMIT,
            ours=Text(
                "제한을 서비스마다, 고객사 시간대의 날짜마다 한 번으로 봅니다.",
                "We read the limit as once per service and calendar day of the tenant's zone.",
            ),
            required=True,
        ),
    ),
    claims=(ClaimSpec("sync:{service}:{day}", until="forever"),),
)

_AFTERWARDS = (
    Step(
        "record_result",
        "collect",
        Text("결과 기록", "Record the result"),
        text=Text(
            "실패했거나 모르더라도 오늘의 한 번은 쓴 것으로 남습니다. 제품에 [동기화]가 여전히 "
            "보이면 실행하지 않은 매니저가 되돌릴 수 있습니다.",
            "Failed or unknown, today's sync stays used. While the product still offers [동기화], "
            "a manager who did not run it may give it back.",
        ),
        roles=_ADMIN,
        fields=("result", "result_note"),
        ours=Text(
            "결과 기록과 되돌리기는 우리가 더한 절차입니다.",
            "Recording the result and giving the day back are our additions.",
        ),
    ),
    Step(
        "tell_users",
        "notify",
        Text("사용자에게 알리기", "Tell the users"),
        roles=(*_ADMIN, "requester"),
        quote=_REFRESH,
        copy=Text(
            "이메일(전자결재)을 사용할 수 있도록 동기화를 마쳤습니다. 새로고침하거나 다시 로그인해 "
            "주세요. 그래도 접속되지 않으면 알려 주세요.",
            "The sync for e-mail and approval is done. Please refresh the page or sign in again. "
            "If it still does not open, let us know.",
        ),
        gates=(
            Gate(
                ChoiceIs(
                    "result",
                    ("succeeded",),
                    Text(
                        "동기화가 성공으로 기록되지 않았습니다. 모르면 반영되었는지 먼저 확인하고, "
                        "실패했다면 ‘다시 동기화’로 되돌아가거나 이 건을 취소하세요.",
                        "The sync is not recorded as succeeded. If unknown, look first whether it "
                        "took effect; if failed, go back with “sync again” or cancel.",
                    ),
                    careful=("unknown",),
                ),
                ours=Text(
                    "성공하지 않은 동기화를 끝났다고 알리지 않습니다.",
                    "Nobody is told that a sync is done which did not succeed.",
                ),
                required=True,
            ),
        ),
    ),
    Step(
        "confirm_access",
        "confirm",
        Text("접속 확인", "Confirm the access"),
        text=Text(
            "사용자가 이메일(전자결재)에 들어갈 수 있는지 확인합니다.",
            "Make sure that the users reach e-mail (approval).",
        ),
        roles=(*_ADMIN, "requester"),
        skippable=True,
        ours=Text("접속 확인은 우리가 더한 단계입니다.", "Confirming is our addition."),
        tells=("requester",),
    ),
)

SERVICE_SYNC = Procedure(
    key="service_sync",
    prefix="SS",
    number=1,
    title=Text("부가서비스 동기화", "Sync an additional service"),
    question="사용자 추가 등록하였는데, 이메일(전자결재) 접속이 되지 않아요.",
    answer=(f"{_AT_ONCE} {_REFRESH} {_WHO}", f"{_LIMIT} {_REVIEW}"),
    summary=Text(
        "새로 만든 사용자가 이메일·전자결재를 바로 쓰도록 사이트 관리자가 하루 한 번 동기화합니다.",
        "A site admin syncs, once a day, so that new users reach e-mail and approval at once.",
    ),
    phrases=_PHRASES,
    fields=_FIELDS,
    steps=(_COLLECT, _REVIEW_STEP, _RUN_SYNC, *_AFTERWARDS),
    returns=(
        Return(
            "sync_again",
            Text("다시 동기화", "Sync again"),
            resets=("run_sync", "record_result"),
            after="record_result",
            before="tell_users",
            roles=_ADMIN,
        ),
    ),
    open_claims=(ClaimSpec("collect:{service}", until="step:run_sync"),),
    joins="changes",
    tells_on_open=_ADMIN,
    limits=("sync",),
    subject="service",
)
