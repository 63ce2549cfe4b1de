"""P5: 메일링, one address for chosen people."""

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
_LIST = ("list_name", "local_part", "domain", "members")
_POSSIBLE = "메일링 기능을 사용하면 가능합니다."
_PEOPLE = (
    "메일링은 대표 메일과 다르게 조직(소속) 단위가 아닌 개별 사용자 단위로 지정할 수 있습니다."
)

_PHRASES = (
    "공동 메일 만들고 싶어요", "공용 메일", "몇 명만 같이 받는 메일", "메일링 리스트 만들기",
    "프로젝트 팀 메일 주소", "여러 명이 같이 쓰는 메일", "단체 메일 주소",
    "그룹 메일 만들어 주세요", "메일링에 사람 추가", "공동멜 만드는법", "mailing list",
    "group address", "shared mailbox for some people",
)  # fmt: skip

_FIELDS = (
    Field(
        "kind_of_members",
        "choice",
        Text("누가 받나요?", "Who receives it?"),
        choices=(
            Choice("individuals", Text("개별 사용자 몇 명", "Individual people")),
            Choice("unit", Text("조직(소속) 전체", "A whole unit")),
        ),
    ),
    Field("list_name", "text", Text("메일링 이름", "Name of the list")),
    Field(
        "local_part",
        "local_part",
        Text("메일링 주소(@ 앞부분)", "Address (before @)"),
        help=Text("예: project-a", "Example: project-a"),
    ),
    Field(
        "domain",
        "domain",
        Text("도메인", "Domain"),
        help=Text("메인 도메인 또는 멀티 도메인", "The main domain or a multi domain"),
        default="tenant.main_domain",
    ),
    Field(
        "members",
        "address",
        Text("받을 사람", "Members"),
        help=Text(
            "한 줄에 메일 주소 하나. 같은 주소는 한 번만 남습니다.",
            "One mail address a line. The same address is kept once.",
        ),
        many=True,
    ),
)

_STEPS = (
    Step(
        "request",
        "collect",
        Text("메일링 요청", "Request the list"),
        text=Text(
            "메일링은 개별 사용자를 고르고, 조직 전체가 받으려면 대표메일을 씁니다.",
            "A mailing list goes to chosen people; for whole units use representative mail.",
        ),
        roles=(*ANY_MEMBER, "support"),
        fields=("kind_of_members", "list_name", "local_part", "domain", "members"),
        quote=_POSSIBLE,
        gates=(
            Gate(
                ChoiceIs(
                    "kind_of_members",
                    ("individuals",),
                    Text(
                        "메일링은 개별 사용자 단위로만 지정합니다. 조직(소속) 전체가 받으려면 "
                        "‘회사 대표메일’ 절차를 시작하세요.",
                        "A mailing list takes individual people only. For a whole unit start the "
                        "procedure “Representative mail”.",
                    ),
                ),
                quote=_PEOPLE,
                required=True,
            ),
        ),
    ),
    CHECK_ADDRESS,
    Step(
        "perform",
        "do",
        Text("메일링 등록", "Register the mailing list"),
        text=Text(
            "메일링 이름과 주소를 입력하고 받을 사람을 지정해 등록합니다.",
            "Type name and address of the list, choose the members, register.",
        ),
        roles=ADMIN,
        menu=(
            "[웹메일] - 오른쪽 상단 [프로필 이미지] 클릭 -  관리자 - 메일 - 메일링 관리 - 메일링 "
            "이름, 주소 입력 후 등록"
        ),
        quote=_PEOPLE,
        covers=_LIST,
        ours=Text(
            "경로가 관리자 메뉴이므로 이메일 관리자가 하는 것으로 봅니다.",
            "The path runs through the admin menu, so we read it as the mail admin's.",
        ),
    ),
    Step(
        "test",
        "confirm",
        Text("수·발신 시험", "Test the list"),
        text=Text(
            "메일링 주소로 한 통을 보내 모두 받는지, 답장이 나가는지 확인합니다.",
            "Send one mail to the list: everybody receives it, and an answer goes out.",
        ),
        roles=(*ADMIN, "requester"),
        skippable=True,
        covers=_LIST,
        ours=TESTED_BY_US,
    ),
)

MAILING_LIST = Procedure(
    key="mailing_list",
    prefix="ML",
    number=1,
    title=Text("메일링", "Mailing list"),
    question="공동 메일을 만들어 일부 사용자들에게 수/발신 되게 하고 싶어요.",
    answer=(f"{_POSSIBLE} {_PEOPLE}",),
    summary=Text(
        "개별 사용자 몇 명이 함께 쓰는 주소를 이메일 관리자가 만듭니다.",
        "A mail admin makes an address for chosen people.",
    ),
    phrases=_PHRASES,
    fields=_FIELDS,
    steps=_STEPS,
    tells_on_open=ADMIN,
    related=("representative_mail",),
    subject="local_part",
)
