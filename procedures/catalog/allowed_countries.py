"""P7: 해외 접속 허용, from the traveller's trouble to the list being tidied up again."""

from procedures.catalog.allowed_countries_fields import FIELDS
from procedures.definition import ANY_MEMBER, Gate, Procedure, Step, Timer, When
from procedures.rules import (
    AnyGiven,
    DayIsOver,
    InOrder,
    OnlyAddedHere,
    OwnCountryListed,
    OwnCountryStays,
    Text,
)

_ADMIN = ("mail_admin",)
_SENTENCE = "이메일 관리자 계정으로 접근 허용 국가를 설정해줘야 합니다."
_MENU = (
    "[웹메일] - 오른쪽 상단 [프로필 이미지] 클릭 -  관리자 - 보안 - 접근 허용 설정 - "
    "국가별 설정 - 국가 목록에서 선택 - 저장"
)
_BLOCKED = When("cause", "is", "country_block")
_HAS_END = When("to")

_INTAKE = (
    Step(
        "request",
        "collect",
        Text("누가 언제 어느 나라에서 접속하는지 접수", "Take in who connects from where and when"),
        roles=(*ANY_MEMBER, "support"),
        fields=("countries", "travellers", "from", "to", "reason"),
        gates=(
            Gate(
                AnyGiven(("countries",)),
                ours=Text("국가를 하나 이상 고릅니다.", "At least one country is chosen."),
                required=True,
            ),
            Gate(
                InOrder("from", "to"),
                ours=Text(
                    "종료일은 시작일과 같거나 그 뒤여야 합니다.",
                    "The last day is not before the first.",
                ),
            ),
        ),
    ),
    Step(
        "check_cause",
        "check",
        Text("국가 차단 때문인지 확인", "Is it really the country block?"),
        text=Text(
            "국내에서는 접속되는지, 화면의 안내 문구가 무엇인지 먼저 확인합니다.",
            "Check whether it works at home, and what the screen says.",
        ),
        roles=(*_ADMIN, "support"),
        fields=("cause", "finding"),
        ours=Text(
            "FAQ는 원인 확인을 말하지 않습니다. 허용 국가를 불필요하게 늘리지 않으려고 먼저 "
            "확인합니다.",
            "The FAQ does not ask for it; we check first so that the list does not grow "
            "needlessly.",
        ),
    ),
    Step(
        "other_cause",
        "do",
        Text("다른 원인 해결", "Solve the other cause"),
        text=Text(
            "국가 설정은 바꾸지 않습니다. 고객지원이 원인을 찾아 해결합니다.",
            "The list is left alone. Support finds the cause and solves it.",
        ),
        roles=("support",),
        fields=("solution",),
        when=(When("cause", "is", "other"),),
        tells=("support",),
        ours=Text(
            "FAQ에 경로가 없어 고객지원으로 넘깁니다.",
            "The FAQ gives no path, so it goes to support.",
        ),
    ),
)

_CHANGE = (
    Step(
        "note_current",
        "collect",
        Text("현재 허용 목록 기록", "Note the list as it is now"),
        text=Text(
            "저장하기 전의 목록을 그대로 적습니다. 추가되는 국가가 이 목록과 나란히 표시됩니다.",
            "Write the list down before saving; what is added is shown beside it.",
        ),
        roles=_ADMIN,
        fields=("current_countries", "countries"),
        when=(_BLOCKED,),
        menu=_MENU,
        gates=(
            Gate(
                OwnCountryListed(),
                ours=Text(
                    "목록에 없는 나라는 막힐 수 있으므로 저장한 뒤의 목록에 자국이 있어야 합니다.",
                    "What is not listed may be locked out, so your own country must be on the list "
                    "after saving.",
                ),
            ),
        ),
    ),
    Step(
        "approve",
        "approve",
        Text("국가 추가 승인", "Approve the countries"),
        when=(_BLOCKED,),
        approves="perform",
        covers=("countries", "travellers", "from", "to"),
        ours=Text(
            "승인은 FAQ에 없는 우리 절차입니다. 요청자와 접속할 본인은 승인하지 않습니다.",
            "The approval is ours. Neither the requester nor a traveller approves.",
        ),
    ),
    Step(
        "perform",
        "do",
        Text("접근 허용 국가 설정", "Set the allowed countries"),
        text=Text(
            "승인된 국가만 더하고 저장합니다. 이미 있던 국가는 빼지 않습니다.",
            "Add the approved countries and save. Take nothing off that was there.",
        ),
        roles=_ADMIN,
        when=(_BLOCKED,),
        menu=_MENU,
        quote=_SENTENCE,
        gates=(
            Gate(
                OwnCountryListed(),
                ours=Text(
                    "저장한 뒤의 목록에 자국이 있어야 합니다.",
                    "Your own country must be on the list after saving.",
                ),
            ),
        ),
    ),
    Step(
        "traveller_confirms",
        "confirm",
        Text("접속한 사람이 확인", "The traveller confirms access"),
        text=Text(
            "해외에서 접속되는지 확인합니다. 시차가 있으면 기다렸다가 확인해도 됩니다.",
            "Access from abroad works. It may wait until the traveller is awake.",
        ),
        roles=("requester", "mail_admin"),
        skippable=True,
        when=(_BLOCKED,),
        tells=("requester",),
    ),
    Step(
        "remove_added",
        "do",
        Text("이번에 추가한 국가를 목록에서 빼기", "Take off what this run added"),
        text=Text(
            "이 신청으로 추가했고 다른 진행 중인 신청이 쓰지 않는 국가만 뺍니다.",
            "Take off only what this run added and no other open run needs.",
        ),
        roles=_ADMIN,
        fields=("remove_countries",),
        when=(_BLOCKED, _HAS_END),
        menu=_MENU,
        ours=Text(
            "기간이 끝나면 되돌리는 것은 우리 절차입니다.",
            "Tidying up after the period is our own step.",
        ),
        gates=(
            Gate(
                OwnCountryStays(),
                ours=Text("자국은 목록에 남습니다.", "Your own country stays on the list."),
            ),
            Gate(
                OnlyAddedHere(),
                ours=Text(
                    "원래 있던 국가와 다른 신청이 쓰는 국가는 남깁니다.",
                    "What was there before and what another run needs stays.",
                ),
            ),
            Gate(
                DayIsOver("to"),
                ours=Text(
                    "종료일이 끝나기 전에 빼면 여행자가 접속하지 못합니다.",
                    "Taken off before the last day ends, the traveller is locked out.",
                ),
            ),
        ),
        timers=(
            Timer(
                key="ends_soon",
                action="remind",
                base="value.to",
                minutes=9 * 60,
                to=_ADMIN,
                text=Text(
                    "해외 접속 허용 기간이 오늘 끝납니다. 내일부터 추가한 국가를 뺄 수 있습니다.",
                    "The period of access from abroad ends today. From tomorrow take the added "
                    "countries off.",
                ),
            ),
            Timer(
                key="ended",
                action="remind",
                base="value.to",
                days=1,
                minutes=9 * 60,
                to=_ADMIN,
                text=Text(
                    "해외 접속 허용 기간이 끝났습니다. 추가한 국가를 목록에서 빼세요.",
                    "The period of access from abroad is over. Take the added countries off.",
                ),
            ),
        ),
    ),
)

ALLOWED_COUNTRIES = Procedure(
    key="allowed_countries",
    prefix="AC",
    number=1,
    title=Text("해외 접속 허용", "Access from abroad"),
    question="해외에서 이메일 접속이 안 돼요.",
    answer=(_SENTENCE,),
    summary=Text(
        "이메일 관리자가 접속할 국가를 허용 목록에 더하고, 기간이 끝나면 뺍니다.",
        "A mail admin adds the country to the allowed ones and takes it off when the period ends.",
    ),
    phrases=(
        "해외에서 메일이 안 열려요",
        "출장 왔는데 메일 접속이 안돼요",
        "외국에서 로그인 안 됨",
        "일본에서 메일 접속",
        "미국 출장 메일",
        "해외 출장 메일 접속 허용해 주세요",
        "국가 차단 풀어주세요",
        "접근 허용 국가 추가",
        "해외 로그인 차단",
        "여행 중 메일 확인",
        "해외접속 안되요",
        "cannot access mail from abroad",
        "country block",
        "allow country",
        "business trip mail access",
    ),
    tells_on_open=_ADMIN,
    subject="countries",
    fields=FIELDS,
    steps=(*_INTAKE, *_CHANGE),
)
