"""P2: 이메일 관리자 추가/삭제, by a present mail admin."""

from procedures.definition import ANY_MEMBER, Choice, Field, Gate, Procedure, Step, When
from procedures.rules import (
    AdminLeft,
    AnyGiven,
    Disjoint,
    IsAdmin,
    NotConcerned,
    NotYetAdmin,
    OneRemains,
    Text,
)

_ADMIN = ("mail_admin",)
_TENANT_ADMINS = ("mail_admin", "site_admin", "tenant_manager")
_WHO = "현재 이메일 관리자가 설정할 수 있습니다."
_MAIL = "추가한 관리자들에겐 ‘관리자 등록 안내’메일이 발송됩니다."
_PEOPLE = ("add", "remove")

_PHRASES = (
    "이메일 관리자 추가하고 싶어요", "메일 관리자 바꾸고 싶어요", "관리자 권한 주세요",
    "이메일 담당자가 퇴사했어요", "메일 관리자 삭제", "관리자 변경 부탁드립니다",
    "웹메일 관리자 등록", "관리자 메뉴가 안 보여요", "관리자 등록 안내 메일이 안 왔어요",
    "담당자 바꼈는데 관리자 변경 어떻해요", "add a mail admin", "remove a mail administrator",
    "change e-mail admin",
)  # fmt: skip

_FIELDS = (
    Field(
        "add",
        "address",
        Text("추가할 사람", "Add"),
        help=Text("한 줄에 메일 주소 하나", "One mail address a line"),
        required=False,
        many=True,
        concerns=True,
    ),
    Field(
        "remove",
        "address",
        Text("삭제할 사람", "Remove"),
        help=Text("한 줄에 메일 주소 하나", "One mail address a line"),
        required=False,
        many=True,
        concerns=True,
    ),
    Field(
        "current_admin",
        "choice",
        Text("지금 설정할 수 있는 이메일 관리자가 있나요?", "Is there a mail admin who can do it?"),
        help=Text(
            "한 명도 없으면 FAQ에 방법이 없으므로 고객지원이 맡습니다.",
            "Where nobody is left the FAQ gives no path, so support takes it over.",
        ),
        choices=(
            Choice("yes", Text("있습니다", "Yes")),
            Choice("no", Text("없습니다", "No")),
        ),
    ),
    Field("reason", "long_text", Text("사유", "Reason")),
)

_AGAIN = Text(
    "제품이 아니라 우리가 확인하는 조건입니다.",
    "A condition that we check, not the product.",
)
_ONE_REMAINS = Gate(
    OneRemains(add="add", remove="remove"),
    ours=Text(
        "이메일 관리자만 다른 관리자를 설정할 수 있으므로 한 명은 남겨 둡니다.",
        "Only a mail admin can set another, so one must remain.",
    ),
)
_LISTS = (
    Gate(AnyGiven(_PEOPLE), ours=_AGAIN),
    Gate(Disjoint("add", "remove"), ours=_AGAIN),
    Gate(NotYetAdmin("add"), ours=_AGAIN),
    Gate(IsAdmin("remove"), ours=_AGAIN),
    _ONE_REMAINS,
)

_REQUEST = Step(
    "request",
    "collect",
    Text("추가·삭제 요청", "Request the change"),
    roles=(*ANY_MEMBER, "support"),
    fields=("add", "remove", "current_admin", "reason"),
    gates=(
        *_LISTS,
        Gate(
            AdminLeft("current_admin"),
            quote=_WHO,
            ours=Text(
                "이메일 관리자가 한 명도 없을 때의 방법은 FAQ에 없어 고객지원으로 넘깁니다.",
                "The FAQ gives no path where no mail admin is left; it goes to support.",
            ),
        ),
    ),
)

_APPROVE = Step(
    "approve",
    "approve",
    Text("변경 승인", "Approve the change"),
    text=Text(
        "요청한 사람과 변경되는 사람은 승인할 수 없습니다.",
        "Neither the requester nor the people changed can approve.",
    ),
    approves="perform",
    covers=_PEOPLE,
    tells=_TENANT_ADMINS,
    ours=Text("승인은 우리가 더한 단계입니다.", "The approval is our addition."),
)

_PERFORM = Step(
    "perform",
    "do",
    Text("관리자 추가·삭제 저장", "Save the change in the product"),
    roles=_ADMIN,
    menu=(
        "[웹메일] - 오른쪽 상단 [프로필 이미지] 클릭 -  관리자 - 설정 - 관리자 등록 관리 - "
        "추가/삭제 저장"
    ),
    quote=_WHO,
    gates=_LISTS,
    when=(When("current_admin", "is", "yes"),),
    tells=_ADMIN,
)

_SUPPORT = Step(
    "support_performs",
    "do",
    Text("고객지원이 설정", "Support makes the change"),
    text=Text(
        "남은 이메일 관리자가 없을 때의 방법은 FAQ에 없습니다. 고객지원이 제품 담당에 요청해 "
        "설정합니다.",
        "The FAQ gives no path where no mail admin is left. Support has the vendor make the "
        "change.",
    ),
    roles=("support",),
    gates=(
        *_LISTS,
        Gate(
            AdminLeft("current_admin", careful=True),
            quote=_WHO,
            ours=Text(
                "등록된 관리자가 있으면 먼저 물어봅니다.",
                "Where a mail admin is known, ask first.",
            ),
        ),
    ),
    when=(When("current_admin", "is", "no"),),
    ours=Text("FAQ에 없는 경로입니다.", "The FAQ gives no such path."),
    tells=("support",),
)

_CONFIRM = (
    Step(
        "confirm_added",
        "confirm",
        Text("‘관리자 등록 안내’ 메일 도착 확인", "The mail to the new admins arrived"),
        text=Text(
            "추가된 사람이 ‘관리자 등록 안내’ 메일을 받았는지 확인합니다.",
            "Make sure that everybody added received the mail ‘관리자 등록 안내’.",
        ),
        roles=(*_TENANT_ADMINS, "requester"),
        quote=_MAIL,
        when=(When("add", "given"),),
        covers=("add",),
    ),
    Step(
        "confirm_removed",
        "confirm",
        Text("삭제된 사람에게 관리자 메뉴가 없음을 확인", "The menu is gone for who was removed"),
        text=Text(
            "삭제된 사람의 웹메일에 관리자 메뉴가 보이지 않는지 확인합니다.",
            "Make sure that the admin menu is gone from the webmail of everybody removed.",
        ),
        roles=_TENANT_ADMINS,
        when=(When("remove", "given"),),
        gates=(
            Gate(
                NotConcerned("remove"),
                ours=Text(
                    "자신을 삭제한 사람은 확인을 다른 사람에게 맡깁니다.",
                    "Who removes himself leaves the confirmation to another.",
                ),
            ),
            _ONE_REMAINS,
        ),
    ),
)

MAIL_ADMIN_CHANGE = Procedure(
    key="mail_admin_change",
    prefix="MA",
    number=1,
    title=Text("이메일 관리자 추가/삭제", "Add or remove mail admins"),
    question="이메일 관리자를 추가/삭제하고 싶어요.",
    answer=(_WHO, _MAIL),
    summary=Text(
        "현재 이메일 관리자가 다른 관리자를 추가하거나 삭제합니다.",
        "A present mail admin adds or removes others.",
    ),
    phrases=_PHRASES,
    fields=_FIELDS,
    steps=(_REQUEST, _APPROVE, _PERFORM, _SUPPORT, *_CONFIRM),
    effects=("mail_admins",),
    subject="add",
)
