"""P11: 네임서버가 고도몰, where the MX is set by asking Godomall on their own site."""

from procedures.definition import ANY_MEMBER, Field, Gate, Procedure, Step, Timer
from procedures.rules import MxMatches, NameServersAre, Text

_ADMIN = ("mail_admin",)
_ANSWER = "‘고도몰’ 사이트 1:1 문의하기를 통해 티그리스 메일의 mx 값을 전달해 등록해주시면 됩니다."
_OURS_WHO = Text(
    "FAQ는 누가 하는지 말하지 않습니다. 이메일 관리자가 하는 것으로 봅니다.",
    "The FAQ names nobody; we take it to be a mail admin.",
)

_FIELDS = (
    Field(
        "domain",
        "domain",
        Text("메일에 쓰는 도메인", "The domain of the mail"),
        default="tenant.main_domain",
    ),
    Field(
        "name_servers",
        "domain",
        Text("찾은 네임서버", "Name servers found"),
        help=Text("한 줄에 하나씩", "One per line"),
        many=True,
    ),
    Field(
        "current_mx",
        "text",
        Text("현재 MX 값", "MX now"),
        help=Text(
            "우선순위와 이름을 한 줄에 하나씩. 예: 10 mx1.example.com. 없으면 비워 두세요.",
            "Priority and name, one per line. Example: 10 mx1.example.com. Empty where none.",
        ),
        required=False,
        many=True,
    ),
    Field(
        "mx_values",
        "text",
        Text("등록할 티그리스 메일의 MX 값", "The MX to be set"),
        help=Text(
            "설정에 있으면 채워져 있습니다. 비어 있으면 설정되지 않은 것이니 고객지원에 "
            "물어보세요. "
            "예: 10 mx1.example.com",
            "Filled in where configured. Empty means not configured: ask support. "
            "Example: 10 mx1.example.com",
        ),
        many=True,
        default="tenant.expected_mx",
    ),
    Field(
        "inquiry_number",
        "text",
        Text("문의 번호", "Inquiry number"),
        help=Text("고도몰이 보여 주는 1:1 문의 번호", "The number that Godomall shows"),
    ),
    Field("reply", "long_text", Text("받은 답변", "The answer"), required=False),
)

_BEFORE = (
    Step(
        "request",
        "collect",
        Text("어느 도메인인지 접수", "Take in the domain"),
        roles=(*ANY_MEMBER, "support"),
        fields=("domain",),
    ),
    Step(
        "look_up_ns",
        "check",
        Text("네임서버가 고도몰인지 확인", "Are the name servers Godomall's?"),
        text=Text(
            "네임서버가 고도몰이 아니면 도메인을 관리하는 곳에서 직접 MX를 등록해야 할 수 "
            "있습니다.",
            "Where they are not, the MX may have to be set wherever the domain is managed.",
        ),
        roles=_ADMIN,
        fields=("name_servers",),
        probe="ns",
        probe_fields=("domain",),
        ours=_OURS_WHO,
        gates=(
            Gate(
                NameServersAre(),
                quote="네임서버가 ‘고도몰’일 경우에는 mx값을 어떻게 등록하나요?",
                ours=Text(
                    "어떤 네임서버가 고도몰의 것인지는 설정입니다. 아니면 주의로 봅니다.",
                    "Which servers are Godomall's is configuration. Others make us say careful.",
                ),
            ),
        ),
    ),
    Step(
        "note_mx",
        "collect",
        Text("현재 MX 값 기록", "Note the MX as it is now"),
        text=Text("되돌려야 할 때를 위해 지금 값을 남깁니다.", "Kept in case it must be put back."),
        roles=_ADMIN,
        fields=("current_mx", "mx_values"),
        ours=_OURS_WHO,
    ),
    Step(
        "write_inquiry",
        "notify",
        Text("고도몰 1:1 문의 글 복사", "Copy the text of the inquiry"),
        text=Text(
            "고도몰 사이트에 로그인해 1:1 문의하기에 붙여 넣습니다.",
            "Sign in at Godomall and paste it into their 1:1 inquiry.",
        ),
        roles=_ADMIN,
        quote=_ANSWER,
        copy=Text(
            "안녕하세요. {domain} 도메인의 MX 값을 아래와 같이 등록해 주세요.\n\n{mx_values}\n\n"
            "기존 MX 값이 있다면 삭제하고 위 값만 남겨 주세요. 등록이 끝나면 답변 부탁드립니다.",
            "Hello. Please set the MX records of {domain} as follows.\n\n{mx_values}\n\n"
            "Please remove any other MX record, and answer when it is done.",
        ),
        ours=Text("문의 글의 문구는 우리가 쓴 것입니다.", "The wording of the text is ours."),
    ),
)

_AFTER = (
    Step(
        "sent",
        "collect",
        Text("문의를 보내고 번호 기록", "Send it and note its number"),
        roles=_ADMIN,
        fields=("inquiry_number",),
        ours=_OURS_WHO,
    ),
    Step(
        "wait_answer",
        "wait",
        Text("고도몰의 답변 기다리기", "Wait for Godomall's answer"),
        text=Text(
            "답변이 오면 완료합니다. 답변까지 걸리는 시간은 FAQ에 없습니다.",
            "Complete it when the answer is there. The FAQ does not say how long it takes.",
        ),
        roles=_ADMIN,
        fields=("reply",),
        timers=(
            Timer(
                key="no_answer",
                action="remind",
                base="done.sent",
                minutes=24 * 60,
                to=_ADMIN,
                text=Text(
                    "문의한 지 하루가 지났습니다. 고도몰의 답변을 확인하세요.",
                    "A day has passed since the inquiry. Look for Godomall's answer.",
                ),
            ),
        ),
    ),
    Step(
        "verify_mx",
        "check",
        Text("등록된 MX 값 확인", "Verify the MX"),
        roles=_ADMIN,
        probe="mx",
        probe_fields=("domain",),
        gates=(
            Gate(
                MxMatches(("domain",)),
                ours=Text(
                    "권한 있는 이름 서버가 답하는 MX가 설정한 값과 정확히 같아야 합니다. 알 수 "
                    "없으면 "
                    "주의로 봅니다.",
                    "What the authoritative servers answer must be exactly the configured set. "
                    "Unknown makes us say careful.",
                ),
                overridable=True,
                required=True,
            ),
        ),
    ),
    Step(
        "test_mail",
        "confirm",
        Text("시험 메일 주고받기", "Send and receive a test mail"),
        text=Text(
            "외부에서 한 통을 받고 외부로 한 통을 보냅니다.",
            "Receive one mail from outside and send one out.",
        ),
        roles=(*_ADMIN, "requester"),
        skippable=True,
        ours=Text("시험 메일은 우리 절차입니다.", "The test mail is our own step."),
    ),
)

GODOMALL_MX = Procedure(
    key="godomall_mx",
    prefix="GM",
    number=1,
    title=Text("고도몰 MX 등록", "MX at Godomall"),
    question="네임서버가 ‘고도몰’일 경우에는 mx값을 어떻게 등록하나요?",
    answer=(_ANSWER,),
    summary=Text(
        "고도몰 1:1 문의로 MX 등록을 요청하고 DNS에 반영됐는지 확인합니다.",
        "Ask Godomall by their inquiry form to set the MX, and check the DNS afterwards.",
    ),
    phrases=(
        "고도몰 mx 등록",
        "고도몰 네임서버",
        "고도몰 메일 설정",
        "mx 값 등록 방법",
        "mx레코드 설정",
        "쇼핑몰 도메인 메일 연결",
        "네임서버 고도몰인데요",
        "고도몰 1:1 문의",
        "엠엑스 값 알려주세요",
        "고도몰 mx값 어떻게 넣어요",
        "메일이 안 들어와요 mx",
        "godomall mx record",
        "set mx at godomall",
        "name server mx",
    ),
    tells_on_open=_ADMIN,
    subject="domain",
    related=("domain_change",),
    fields=_FIELDS,
    steps=(*_BEFORE, *_AFTER),
)
