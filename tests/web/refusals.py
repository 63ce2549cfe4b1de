"""What each gate refuses: how a run gets there, who tries what when, and when it would open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpdesk.models import Membership
from procedures.models import Probe, Run
from tests.factories import Company, at, person

NEVER = "다시 열리지 않습니다"
MONDAY = "2026-11-23T10:00"
MX = ["10 mx.example"]

type Do = Callable[[Company, Run], None]


@dataclass(frozen=True)
class Did:
    """A step done before, at a time of its own where one is given."""

    who: str
    step: str
    acknowledgement: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""
    approve: bool = False


@dataclass(frozen=True)
class Story:
    """One refusal. ``step`` empty: the opening itself. ``opens``: a time, or NEVER, or neither."""

    name: str
    procedure: str
    rule: str
    values: Mapping[str, Any]
    who: str = "member"
    step: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[Did | Do, ...] = ()
    opener: str = "member"
    at: str = MONDAY
    opens: str = NEVER
    level: str = "blocked"
    setup: Callable[[Company], object] | None = None


def _did(who: str, step: str, acknowledgement: str = "", at: str = "", **values: Any) -> Did:
    return Did(who, step, acknowledgement, values, at)


def _approved(step: str) -> Did:
    return Did("tenant_manager", step, approve=True)


# service_sync
SYNC = {"service": "email", "changes": ["kim, 김하나, 신규"]}
_SYNCED = (_did("site_admin", "review"), _did("site_admin", "run_sync"))


def _slot_used(firm: Company, run: Run) -> None:
    from procedures.models import Claim

    key = f"sync:email:{at(MONDAY):%Y-%m-%d}"
    Claim.objects.create(tenant=firm.tenant, key=key, until="forever", at=at(MONDAY))


# mail_admin_change
ADD = {"add": ["choi@hanbit.example"], "current_admin": "yes", "reason": "휴가"}


def _second_admin(firm: Company) -> None:
    firm.people["second"] = person(firm.tenant, "mail_admin", email="second@hanbit.example")


def _no_admin(firm: Company) -> None:
    Membership.objects.filter(tenant=firm.tenant, role="mail_admin").delete()


def _second_support(firm: Company) -> None:
    firm.people["support2"] = person(firm.tenant, "support", email="two@vendor.example")


def _becomes_admin(firm: Company, run: Run) -> None:
    user = person(firm.tenant, "member", email="choi@hanbit.example")
    Membership.objects.create(user=user, tenant=firm.tenant, role="mail_admin")


# domain_change
PLAN = {"work_start": "2026-12-17T22:00", "work_end": "2026-12-18T04:00"}
ZONED = {key: f"{value}+09:00" for key, value in PLAN.items()}
DOMAIN = {
    "requester": "choi@hanbit.example",
    "received": "2026-11-23T09:00+09:00",
    "current_main": "hanbit.example",
    "new_main": "new.example",
    "rollback_plan": "되돌린다",
    "uses_group_mail": "false",
}
GODO = {"domain": "hanbit.example"}


def look(outcome: str, when: str, domain: str = "new.example") -> Do:
    """Return what stores a look at the DNS."""

    def stored(firm: Company, run: Run) -> None:
        firm.tenant.expected_mx = MX
        firm.tenant.save()
        Probe.objects.create(
            run=run, tenant=firm.tenant, kind="mx", domain=domain, outcome=outcome,
            at=at(when), expected=MX, found=MX if outcome == "right" else ["5 old.example"],
        )  # fmt: skip

    return stored


_TO_PROPOSE = (_did("support", "set_dns"), _did("support", "check_dns", "DNS 퍼지는 중"))
_TO_CONFIRM = (
    *_TO_PROPOSE,
    _did("support", "propose", "알고 있음", **ZONED, notice_text="공지"),
    _approved("agree"),
)
_TO_START = (
    *_TO_CONFIRM,
    _did("support", "confirm_schedule", "DNS 확인 예정", **ZONED),
    _did("support", "notify_users"),
    _did("support", "prepare"),
)
START = "2026-12-17T22:00"
_RUNNING = (
    *_TO_START,
    look("right", START),
    _did("support", "start_work", at=START),
    _did("support", "stabilise"),
)

# allowed_countries
ABROAD = {
    "countries": ["JP"], "travellers": ["lee@hanbit.example"], "from": "2026-11-23",
    "to": "2026-11-25", "reason": "출장",
}  # fmt: skip
_CAUSE = _did("mail_admin", "check_cause", cause="country_block")
_ALLOWED = (
    _CAUSE,
    _did("mail_admin", "note_current", current_countries=["KR"], countries=["JP"]),
    _approved("approve"),
    _did("mail_admin", "perform"),
    _did("mail_admin", "traveller_confirms"),
)
BACKUP = {"mailbox": "member@hanbit.example", "month_from": "202601", "month_to": "202603"}
_READY = (
    _did("mail_admin", "request"),
    _did("mail_admin", "record_ready", ready_at="2026-11-23T10:00+09:00"),
)
UNIT = {"kind_of_members": "unit", "local_part": "contact", "domain": "hanbit.example",
        "units": ["영업팀"]}  # fmt: skip
PEOPLE = {"kind_of_members": "individuals", "list_name": "소식", "local_part": "news",
          "domain": "hanbit.example", "members": ["lee@hanbit.example"]}  # fmt: skip
DELETED = {"mailbox": "lee@hanbit.example", "deleted_at": "2026-11-23T09:00+09:00"}
EXTERNAL = {"users": ["out@partner.example"], "start": "2026-11-24", "cost_center": "A1",
            "purpose": "협업"}  # fmt: skip
DORMANT = {"account": "lee@hanbit.example"}
_POLICY = _did("mail_admin", "find_cause", branch="policy", finding="정책")

STORIES = (
    Story("오늘의 동기화를 이미 썼다", "service_sync", "DailyLimit", SYNC, "site_admin", "run_sync",
          before=(*_SYNCED[:1], _slot_used), opens="2026-11-24 (화) 00:00 +09:00"),
    Story("실패한 동기화를 알린다", "service_sync", "ChoiceIs", SYNC, "site_admin", "tell_users",
          before=(*_SYNCED, _did("site_admin", "record_result", result="failed"))),
    Story("아무도 적지 않았다", "mail_admin_change", "AnyGiven",
          {"current_admin": "yes", "reason": "휴가"}),
    Story("더하면서 뺀다", "mail_admin_change", "Disjoint",
          {**ADD, "add": ["mail-admin@hanbit.example"], "remove": ["mail-admin@hanbit.example"]}),
    Story("이미 관리자다", "mail_admin_change", "NotYetAdmin",
          {**ADD, "add": ["mail-admin@hanbit.example"]}),
    Story("그 사이 관리자가 되었다", "mail_admin_change", "NotYetAdmin", ADD, "mail_admin",
          "perform", before=(_approved("approve"), _becomes_admin)),
    Story("관리자가 아니다", "mail_admin_change", "IsAdmin",
          {**ADD, "remove": ["nobody@hanbit.example"]}),
    Story("아무도 남지 않는다", "mail_admin_change", "OneRemains",
          {"remove": ["mail-admin@hanbit.example"], "current_admin": "yes", "reason": "퇴사"}),
    Story("관리자가 한 명도 없다", "mail_admin_change", "AdminLeft", ADD, setup=_no_admin),
    Story("관리자가 있는데 없다고 한다", "mail_admin_change", "AdminLeft",
          {**ADD, "current_admin": "no"}, "support", "support_performs",
          before=(_approved("approve"),), opens="", level="caution"),
    Story("자기를 뺀 것을 자기가 확인한다", "mail_admin_change", "NotConcerned",
          {"remove": ["second@hanbit.example"], "current_admin": "yes", "reason": "퇴사"},
          "second", "confirm_removed", before=(_approved("approve"), _did("mail_admin", "perform")),
          setup=_second_admin),
    Story("끝이 시작보다 이르다", "external_user_mail", "InOrder",
          {**EXTERNAL, "end": "2026-11-23"}),
    Story("개인을 대표메일로", "representative_mail", "ChoiceIs",
          {**UNIT, "kind_of_members": "individuals"}),
    Story("등록되지 않은 도메인", "representative_mail", "DomainRegistered", UNIT, "mail_admin",
          "check_address", {"domain": "strange.example"}),
    Story("이미 쓰는 주소", "representative_mail", "AddressFree", UNIT, "mail_admin",
          "check_address", {"local_part": "Mail-Admin"}),
    Story("조직을 메일링으로", "mailing_list", "ChoiceIs", {**PEOPLE, "kind_of_members": "unit"}),
    Story("메일링의 낯선 도메인", "mailing_list", "DomainRegistered", PEOPLE, "mail_admin",
          "check_address", {"domain": "strange.example"}),
    Story("메일링이 이미 쓰는 주소", "mailing_list", "AddressFree", PEOPLE, "mail_admin",
          "check_address", {"local_part": "member"}),
    Story("시각과 구간을 함께", "mail_recovery", "OneTimeOrInterval",
          {**DELETED, "deleted_from": "2026-11-23T08:00", "deleted_at": "2026-11-23T09:00",
           "deleted_to": "2026-11-23T09:30"}),
    Story("24시간이 지났다", "mail_recovery", "WithinSpan", DELETED, "mail_admin", "recover",
          {"month": "202611"}, before=(_did("mail_admin", "settle_time"),),
          at="2026-11-24T09:00:00.000001"),
    Story("아직 오지 않은 달", "mail_recovery", "MonthNotLater", DELETED, "mail_admin", "recover",
          {"month": "202612"}, before=(_did("mail_admin", "settle_time"),),
          opens="2026-12-01 (화) 00:00 +09:00"),
    Story("돌아오는 날이 떠나는 날보다 이르다", "allowed_countries", "InOrder",
          {**ABROAD, "to": "2026-11-22"}),
    Story("자기 나라가 빠졌다", "allowed_countries", "OwnCountryListed", ABROAD, "mail_admin",
          "note_current", {"current_countries": "JP", "countries": "JP"}, before=(_CAUSE,)),
    Story("자기 나라를 뺀다", "allowed_countries", "OwnCountryStays", ABROAD, "mail_admin",
          "remove_added", {"remove_countries": "KR"}, before=_ALLOWED, at="2026-11-26T09:00"),
    Story("더하지 않은 나라를 뺀다", "allowed_countries", "OnlyAddedHere", ABROAD, "mail_admin",
          "remove_added", {"remove_countries": "US"}, before=_ALLOWED, at="2026-11-26T09:00"),
    Story("아직 여행 중이다", "allowed_countries", "DayIsOver", ABROAD, "mail_admin",
          "remove_added", {"remove_countries": "JP"}, before=_ALLOWED, at="2026-11-25T23:59:59",
          opens="2026-11-26", level="caution"),
    Story("같은 정책", "dormant_account", "Differs", DORMANT, "mail_admin", "plan_policy",
          {"old_policy": "90일", "new_policy": "90일", "accounts_affected": "3"},
          before=(_POLICY,)),
    Story("거꾸로 된 달", "mail_backup", "InOrder", {**BACKUP, "month_to": "202512"}),
    Story("백업할 달이 아직 오지 않았다", "mail_backup", "MonthNotLater",
          {**BACKUP, "month_to": "202612"}, opens="2026-12-01 (화) 00:00 +09:00"),
    Story("아직 준비되지 않았다", "mail_backup", "NotAfterNow", BACKUP, "mail_admin",
          "record_ready", {"ready_at": "2026-11-23T10:01"}, before=_READY[:1],
          opens="2026-11-23 (월) 10:01 +09:00"),
    Story("7일이 지났다", "mail_backup", "AvailableDays", BACKUP, "mail_admin", "download",
          before=_READY, at="2026-12-01T00:00"),
    Story("일곱째 날", "mail_backup", "AvailableDays", BACKUP, "mail_admin", "download",
          before=_READY, at="2026-11-30T10:01", opens="2026-12-01 (화) 00:00 +09:00",
          level="caution"),
    Story("받은 시각이 앞날이다", "domain_change", "NotAfterNow",
          {**DOMAIN, "received": "2026-11-23T10:01"}, opener="support",
          opens="2026-11-23 (월) 10:01 +09:00"),
    Story("같은 도메인", "domain_change", "Differs",
          {**DOMAIN, "received": "2026-11-23T09:00", "new_main": "HANBIT.example."},
          opener="support"),
    Story("아이디를 바꿔 달라", "domain_change", "NoLocalPartChange",
          {**DOMAIN, "received": "2026-11-23T09:00", "id_changes": ["kim -> haneul.kim"]},
          opener="support"),
    Story("여덟 시간을 넘는 작업", "domain_change", "WorkWindow", DOMAIN, "support", "propose",
          {**PLAN, "work_end": "2026-12-18T06:01", "notice_text": "공지"}, before=_TO_PROPOSE,
          opener="support"),
    Story("영업일 7일보다 이르다", "domain_change", "BusinessNotice", DOMAIN, "support",
          "confirm_schedule", {"work_start": "2026-12-01T22:00", "work_end": "2026-12-02T04:00"},
          before=(*_TO_CONFIRM, look("right", MONDAY)), opener="support",
          opens="2026-12-02 (수) 00:00 +09:00"),
    Story("하루의 준비가 없다", "domain_change", "PreparationTime", DOMAIN, "support",
          "confirm_schedule", PLAN, before=(*_TO_CONFIRM, look("right", "2026-12-16T22:00")),
          opener="support", at="2026-12-16T22:00:00.000001", opens=""),
    Story("MX가 다르다", "domain_change", "MxMatches", DOMAIN, "support", "start_work",
          before=(*_TO_START, look("wrong", START)), opener="support", at=START, opens=""),
    Story("약속보다 이르다", "domain_change", "NotBeforePlan", DOMAIN, "support", "start_work",
          before=(*_TO_START, look("right", "2026-12-17T21:59")), opener="support",
          at="2026-12-17T21:59", opens="2026-12-17", level="caution"),
    Story("등록되지 않은 그룹 메일 도메인", "domain_change", "DomainRegistered",
          {**DOMAIN, "uses_group_mail": "true"}, "support", "check_group_mail",
          {"group_domains": "strange.example"}, before=_TO_START[:-1], opener="support"),
    Story("되돌린 까닭이 없다", "domain_change", "GivenWhen", DOMAIN, "support", "resume",
          {"resumed_on": "old"}, before=_RUNNING, opener="support", at="2026-12-17T23:00"),
    Story("재개한 사람이 확인한다", "domain_change", "OtherThan", DOMAIN, "support", "verify",
          before=(*_RUNNING, _did("support", "resume", resumed_on="new")), opener="support",
          at="2026-12-17T23:00"),
    Story("아웃룩 사용자가 남았다", "domain_change", "EverybodyIn",
          {**DOMAIN, "outlook_users": ["lee@hanbit.example", "kim@hanbit.example"]}, "support",
          "outlook_confirmed", {"outlook_done": "lee@hanbit.example"},
          before=(*_TO_START[:-1], _did("support", "outlook_guide_sent"), *_RUNNING[-4:],
                  _did("support", "resume", resumed_on="new"), _did("support2", "verify"),
                  look("right", "2026-12-17T22:30"), _did("support", "recheck_mx")),
          opener="support", at="2026-12-17T23:00", setup=_second_support),
    Story("고도몰이 아니다", "godomall_mx", "NameServersAre", GODO, "mail_admin", "look_up_ns",
          {"name_servers": "ns1.other.example"}, opens="", level="caution"),
    Story("고도몰의 MX가 다르다", "godomall_mx", "MxMatches", GODO, "mail_admin", "verify_mx",
          before=(_did("mail_admin", "look_up_ns", "확인", name_servers=["ns1.other.example"]),
                  _did("mail_admin", "note_mx", current_mx=["5 old.example"], mx_values=MX),
                  _did("mail_admin", "write_inquiry"),
                  _did("mail_admin", "sent", inquiry_number="7"),
                  _did("mail_admin", "wait_answer", reply="등록함"),
                  look("wrong", MONDAY, "hanbit.example")),
          opens=""),
)  # fmt: skip

# No form can offer these to the rule: the order of steps, a required field or an earlier
# gate says no first. Tables without a page test them.
HELD_EARLIER = frozenset(
    {
        ("service_sync", "NothingAddedSince"),
        ("external_user_mail", "CoveredBy"),
        ("allowed_countries", "AnyGiven"),
        # past eight hours it names the overrun and lets the service resume
        ("domain_change", "RunningWindow"),
    }
)
