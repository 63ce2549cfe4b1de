"""Ship the first templates for answers, which managers may change and retire."""

from django.db import migrations

ANSWERS = (
    (
        "요청을 받았습니다",
        "We received your request",
        """{requester} 님, 안녕하세요.
{company}의 도메인 변경 요청을 {received}에 받았습니다. 접수 번호는 {reference}입니다.

- 현재 메인 도메인: {current_main}
- 새 메인 도메인: {new_main}

작업은 영업일 기준 7일 전에 요청해야 하므로 {first_date}부터 가능합니다. 새 도메인의 DNS 설정을 확인한 뒤 일정을 제안드리겠습니다.""",
        """Dear {requester},
we received the request of {company} to change its mail domain on {received}. Its number is {reference}.

- Current main domain: {current_main}
- New main domain: {new_main}

The work has to be requested 7 business days before, so it is possible from {first_date}. We will check the DNS of the new domain and then propose a date.""",
    ),
    (
        "희망하신 날짜가 이릅니다",
        "The date is too early",
        """{requester} 님, 안녕하세요. {reference} 건으로 안내드립니다.
희망하신 날짜에는 작업할 수 없습니다. 가장 빠른 날짜는 {first_date}입니다.

이유: {notice_reason}

{first_date} 이후로 편하신 날짜와 시각을 알려 주시면 다시 제안드리겠습니다.""",
        """Dear {requester}, about {reference}:
the work is not possible on the date you asked for. The first possible date is {first_date}.

Reason: {notice_reason}

Tell us a date from {first_date} on that suits you, and we will propose it.""",
    ),
    (
        "작업 일정을 제안합니다",
        "We propose a date",
        """{requester} 님, 안녕하세요. {reference} 건의 작업 일정을 제안드립니다.

- 시작: {work_start}
- 서비스 재개 예정: {work_end}

이 시간에는 메일을 쓸 수 없습니다. 요청하신 분이 아닌 관리자께서 동의해 주시면 일정을 확정합니다. 확정하기 전까지는 제안일 뿐이며, 다른 시간이 좋으면 알려 주세요.""",
        """Dear {requester}, for {reference} we propose:

- Start: {work_start}
- Planned resumption: {work_end}

Mail cannot be used during this time. The date is fixed once an administrator other than you has agreed and we have confirmed it. Until then it is a proposal; tell us if another time suits you better.""",
    ),
    (
        "DNS가 아직 다릅니다",
        "The DNS is still wrong",
        """{requester} 님, 안녕하세요. {reference} 건의 DNS를 확인했습니다. 아직 아래와 같이 다릅니다.

{dns_found}

{new_main}의 DNS를 관리하는 곳에서 MX를 기대하는 값과 똑같이 고쳐 주세요. 바뀐 값이 퍼지는 데 시간이 걸릴 수 있습니다. 맞지 않으면 작업을 시작할 수 없습니다.""",
        """Dear {requester}, we looked at the DNS for {reference}. It still differs:

{dns_found}

Please correct the MX where the DNS of {new_main} is kept, exactly as expected. A change may take a while to spread. Unless it is right, the work cannot begin.""",
    ),
    (
        "곧 서비스가 중단됩니다",
        "Before the outage",
        """{requester} 님, 안녕하세요. {reference} 작업을 곧 시작합니다.

- 중단 시작: {work_start}
- 재개 예정: {work_end}

이 시간에는 메일을 쓸 수 없습니다. 쓰고 있는 메일은 미리 보내거나 저장해 주세요. 메인 도메인은 {current_main}에서 {new_main}{new_main:으로/로} 바뀝니다. 아웃룩을 쓰시면 재개 후 연결 값을 고쳐야 합니다: {outlook_guide}""",
        """Dear {requester}, the work of {reference} begins soon.

- Start of the outage: {work_start}
- Planned resumption: {work_end}

Mail cannot be used during this time; send or save what you are writing before. The main domain changes from {current_main} to {new_main}. Whoever uses Outlook has to correct its settings afterwards: {outlook_guide}""",
    ),
    (
        "서비스를 재개했습니다",
        "The service is resumed",
        """{requester} 님, 안녕하세요. {reference} 작업을 마치고 {resumed_at}에 서비스를 재개했습니다.

메인 도메인은 {resumed_on}입니다. 외부와 메일을 주고받아 보시고 이상이 있으면 알려 주세요. 아웃룩을 쓰시는 분은 연결 값을 고쳐 주세요: {outlook_guide}""",
        """Dear {requester}, the work of {reference} is done; the service was resumed at {resumed_at}.

The main domain is {resumed_on}. Please exchange a mail with the outside, and tell us if something is wrong. Whoever uses Outlook corrects its settings: {outlook_guide}""",
    ),
)


def ship(apps, schema_editor):
    rows = apps.get_model("tickets", "AnswerTemplate").objects
    if rows.exists():
        return
    for place, (title_ko, title_en, body_ko, body_en) in enumerate(ANSWERS, start=1):
        rows.create(
            title_ko=title_ko,
            title_en=title_en,
            body_ko=body_ko,
            body_en=body_en,
            position=place * 10,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0006_feedback_of_account'),
    ]

    operations = [
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
