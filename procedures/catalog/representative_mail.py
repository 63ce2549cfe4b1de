"""P4: 회사 대표메일, an address without a login whose readers are whole units."""

from procedures.catalog.addresses import ADMIN, CHECK_ADDRESS, TESTED_BY_US
from procedures.definition import (
    ANY_MEMBER,
    Choice,
    Field,
    Gate,
    Procedure,
    Step,
)
from procedures.rules import ChoiceIs, Text

# What was registered and tested; changing one of these makes both pending again.
_ADDRESS = ("local_part", "domain", "units")
_VIRTUAL = "회사 대표메일은 가상의 계정이기 때문에 실제 로그인은 불가능하고, 송수신만 가능합니다."
_UNITS = (
    "대표 메일은 조직(소속) 단위로 수신자를 설정할 수 있으며, 이메일 관리자가 아래 방법으로 생성할 "
    "수 있습니다."
)
_NEW_MEMBERS = (
    "대표메일은 조직(소속)단위로 수신자를 설정할 수 있기 때문에, 해당 조직에 신규 사용자가 추가 "
    "되면 자동으로 반영됩니다."
)

_PHRASES = (
    "대표메일 만들고 싶어요", "회사 대표 이메일 설정", "info 메일 주소 만들어 주세요",
    "부서 공용 메일", "팀 전체가 받는 메일", "contact 주소 필요해요", "대표메일 로그인이 안 돼요",
    "신규 입사자도 대표메일을 받나요", "부서메일 만드는법", "대표 멜 주소 추가",
    "company address", "representative mail", "shared address for a department",
)  # fmt: skip

_FIELDS = (
    Field(
        "kind_of_members",
        "choice",
        Text("누가 받나요?", "Who receives it?"),
        choices=(
            Choice("unit", Text("조직(소속) 전체", "A whole unit")),
            Choice("individuals", Text("개별 사용자 몇 명", "Individual people")),
        ),
    ),
    Field(
        "local_part",
        "local_part",
        Text("대표메일 주소(@ 앞부분)", "Address (before @)"),
        help=Text("예: contact", "Example: contact"),
    ),
    Field(
        "domain",
        "domain",
        Text("도메인", "Domain"),
        help=Text("메인 도메인 또는 멀티 도메인", "The main domain or a multi domain"),
        default="tenant.main_domain",
    ),
    Field(
        "units",
        "text",
        Text("받을 조직(소속)", "Units that receive it"),
        help=Text("한 줄에 조직 하나", "One unit a line"),
        many=True,
    ),
    Field("purpose", "long_text", Text("사용 목적", "Purpose"), required=False),
)

_STEPS = (
    Step(
        "request",
        "collect",
        Text("대표메일 요청", "Request the address"),
        text=Text(
            "대표메일은 조직 단위로 받고, 개별 사용자를 고르려면 메일링을 씁니다.",
            "Representative mail goes to whole units; for chosen people use a mailing list.",
        ),
        roles=(*ANY_MEMBER, "support"),
        fields=("kind_of_members", "local_part", "domain", "units", "purpose"),
        gates=(
            Gate(
                ChoiceIs(
                    "kind_of_members",
                    ("unit",),
                    Text(
                        "대표메일은 조직(소속) 단위로만 받을 수 있습니다. 개별 사용자를 지정하려면 "
                        "‘메일링’ 절차를 시작하세요.",
                        "Representative mail goes to whole units only. For individual people "
                        "start the procedure “Mailing list”.",
                    ),
                ),
                quote=(
                    "메일링은 대표 메일과 다르게 조직(소속) 단위가 아닌 개별 사용자 단위로 지정할 "
                    "수 있습니다."
                ),
                required=True,
            ),
        ),
    ),
    CHECK_ADDRESS,
    Step(
        "perform",
        "do",
        Text("대표메일 등록", "Register the representative mail"),
        text=Text(
            "조직(소속)을 고르고 주소를 입력해 등록합니다. 비밀번호나 로그인은 없습니다.",
            "Choose the units, type the address, register. There is no password and no login.",
        ),
        roles=ADMIN,
        menu=(
            "[웹메일] - 오른쪽 상단 [프로필 이미지] 클릭 -  관리자 - 메일 - 대표메일 관리 - "
            "조직(소속)선택 및 대표메일 주소 입력 후 등록"
        ),
        quote=_UNITS,
        covers=_ADDRESS,
    ),
    Step(
        "test_receive",
        "confirm",
        Text("수신 시험", "Test receiving"),
        text=Text(
            "대표메일 주소로 한 통을 보내 조직의 사용자가 받는지 확인합니다. 조직에 새로 들어오는 "
            "사용자는 따로 추가하지 않아도 됩니다.",
            "Send one mail to the address and see that people of the unit receive it. People who "
            "join the unit later are covered automatically.",
        ),
        roles=(*ADMIN, "requester"),
        skippable=True,
        quote=_NEW_MEMBERS,
        covers=_ADDRESS,
        ours=TESTED_BY_US,
    ),
    Step(
        "test_send",
        "confirm",
        Text("발신 시험", "Test sending"),
        text=Text(
            "조직의 사용자가 자기 계정으로 로그인해, 대표메일 주소로 한 통을 보내 봅니다.",
            "Somebody of the unit, signed in as himself, sends one mail from the address.",
        ),
        roles=(*ADMIN, "requester"),
        skippable=True,
        quote=_VIRTUAL,
        covers=_ADDRESS,
        ours=TESTED_BY_US,
    ),
)

REPRESENTATIVE_MAIL = Procedure(
    key="representative_mail",
    prefix="RM",
    number=1,
    title=Text("회사 대표메일", "Representative mail"),
    question="회사 대표 메일을 설정하고 싶어요.",
    answer=(f"{_VIRTUAL} {_UNITS}", _NEW_MEMBERS),
    summary=Text(
        "조직 전체가 함께 받는 대표 주소를 이메일 관리자가 만듭니다. 로그인은 없습니다.",
        "A mail admin makes an address that whole units receive. It has no login.",
    ),
    phrases=_PHRASES,
    fields=_FIELDS,
    steps=_STEPS,
    tells_on_open=ADMIN,
    related=("mailing_list",),
    subject="local_part",
)
