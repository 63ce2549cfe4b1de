"""P7: the values that access from abroad collects."""

from procedures.definition import Choice, Field
from procedures.rules import Text

FIELDS = (
    Field(
        "countries",
        "country",
        Text("허용할 국가", "Countries to allow"),
        help=Text("한국어 이름으로 찾을 수 있습니다. 예: 일본", "Search by name. Example: Japan"),
        many=True,
    ),
    Field(
        "travellers",
        "address",
        Text("접속할 사람", "Who will connect"),
        help=Text("메일 주소를 한 줄에 하나씩", "One address per line"),
        many=True,
        concerns=True,
        default="actor.email",
    ),
    Field("from", "date", Text("시작일", "First day")),
    Field(
        "to",
        "date",
        Text("종료일", "Last day"),
        help=Text(
            "이 날까지 포함합니다. 계속 필요하면 비워 두세요.",
            "This day is included. Leave it empty where access stays needed.",
        ),
        required=False,
    ),
    Field("reason", "long_text", Text("사유", "Reason")),
    Field(
        "cause",
        "choice",
        Text("접속이 안 되는 이유", "Why access fails"),
        choices=(
            Choice("country_block", Text("접근 허용 국가가 아님", "The country is not allowed")),
            Choice("other", Text("다른 원인", "Another cause")),
        ),
    ),
    Field(
        "finding",
        "long_text",
        Text("확인한 내용", "What was found"),
        help=Text(
            "화면에 나온 문구, 비밀번호 오류나 네트워크 문제 여부 등",
            "The message on the screen, wrong password, network trouble and so on",
        ),
        required=False,
    ),
    Field("solution", "long_text", Text("해결한 내용", "How it was solved")),
    Field(
        "current_countries",
        "country",
        Text("현재 허용 국가 목록", "Countries allowed now"),
        help=Text(
            "바꾸기 전 화면에 있는 국가를 모두 적습니다. 하나도 없으면 비워 두세요.",
            "Every country on the screen before the change. Leave empty where there is none.",
        ),
        required=False,
        many=True,
    ),
    Field(
        "remove_countries",
        "country",
        Text("목록에서 뺄 국가", "Countries to take off the list"),
        help=Text(
            "이 신청으로 추가했고 다른 진행 중인 신청이 쓰지 않는 국가만 뺍니다. 없으면 비워 "
            "두세요.",
            "Only what this run added and no other open run needs. Leave empty where none.",
        ),
        required=False,
        many=True,
    ),
)
