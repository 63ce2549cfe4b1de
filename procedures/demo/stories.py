"""Ninety days of plausible runs in every state, in Korean."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from procedures.demo.people import Company
from procedures.demo.teller import Teller
from procedures.rules.wording import iso

_NOTE = "데모 자료"
H = timedelta(hours=1)
M = timedelta(minutes=1)
D = timedelta(days=1)
Story = Callable[[], Teller]


def sync(c: Company, t: datetime, end: datetime, *, rows: list[str], until: str = "") -> Teller:
    """P1: a sync, up to a named point or to its end."""
    story = Teller(c, end).open(
        "service_sync", "lee.sora", t, {"service": "email", "changes": rows}
    )
    if until == "collect":
        return story
    story.step("review", "seo.jiwon", 2 * H).step("run_sync", "seo.jiwon", 5 * M)
    result = "unknown" if until == "unknown" else "succeeded"
    story.step("record_result", "seo.jiwon", 10 * M, values={"result": result})
    if until == "unknown":
        return story
    story.step("tell_users", "seo.jiwon", 5 * M)
    return story if until == "confirm" else story.step("confirm_access", "lee.sora", H)


def admins(c: Company, t: datetime, end: datetime, *, until: str = "") -> Teller:
    """P2: one more mail admin."""
    values = {"add": ["choi.minjun@hanbit-demo.example"], "current_admin": "yes",
              "reason": "휴가 기간에 메일 관리를 나누어 맡습니다."}  # fmt: skip
    story = Teller(c, end).open("mail_admin_change", "kim.hana", t, values)
    if until == "refused":
        return story.reject(
            "approve",
            "seo.jiwon",
            3 * H,
            reason="이번 분기에는 인원을 늘리지 않습니다.",
            final=True,
        )
    return story


def external(c: Company, t: datetime, end: datetime, *, done: bool) -> Teller:
    """P3: outsiders get mail for a project."""
    values = {"users": ["partner.ryu@partner-demo.example"], "purpose": "공동 설계 프로젝트",
              "start": f"{t:%Y-%m-%d}", "end": f"{t + 60 * D:%Y-%m-%d}",
              "cost_center": "DEMO-210"}  # fmt: skip
    story = Teller(c, end).open("external_user_mail", "choi.minjun", t, values)
    story.step("acknowledge_cost", "seo.jiwon", 2 * H)
    if not done:
        return story
    return (
        story.approve("approve", "jung.yuna", 4 * H)
        .step("perform", "seo.jiwon", H)
        .step("confirm_use", "choi.minjun", D)
    )


def representative(c: Company, t: datetime, end: datetime) -> Teller:
    """P4: an address for the sales department."""
    values = {"kind_of_members": "unit", "local_part": "sales", "domain": c.tenant.main_domain,
              "units": ["영업1팀", "영업2팀"], "purpose": "대외 견적 창구"}  # fmt: skip
    return (
        Teller(c, end)
        .open("representative_mail", "lee.sora", t, values)
        .step("check_address", "kim.hana", 3 * H)
        .step("perform", "kim.hana", 20 * M)
        .step("test_receive", "lee.sora", H)
        .step("test_send", "lee.sora", 10 * M)
    )


def mailing(c: Company, t: datetime, end: datetime, *, by: str, admin: str, done: bool) -> Teller:
    """P5: a mailing list for some people."""
    local = "launch" if done else "newsletter"
    values = {"kind_of_members": "individuals", "list_name": "출시 준비", "local_part": local,
              "domain": c.tenant.main_domain, "members": [c.address(by), c.address(admin)]}  # fmt: skip
    story = Teller(c, end).open("mailing_list", by, t, values)
    if not done:
        return story.cancel(by, 5 * H, "기존 메일링을 쓰기로 했습니다.")
    return (
        story.step("check_address", admin, 2 * H).step("perform", admin, 15 * M).step("test", by, H)
    )


def recovery(
    c: Company, t: datetime, end: datetime, *, by: str, admin: str, ago: timedelta, until: str = ""
) -> Teller:
    """P6: recovered in time, too late, or still running."""
    values = {"mailbox": c.address(by), "deleted_at": iso(t - ago), "hints": "거래처 견적 메일"}
    story = Teller(c, end).open("mail_recovery", by, t, values)
    if until == "expired":
        story.step("settle_time", by, 30 * M)
        return story.wait()
    if until == "open":
        return story
    story.step("settle_time", admin, 20 * M)
    if until == "settled":
        return story
    return story.step("recover", admin, 30 * M, values={"month": f"{t:%Y%m}"}).step(
        "user_confirms", by, H
    )


def countries(c: Company, t: datetime, end: datetime) -> Teller:
    """P7: a business trip to Vietnam."""
    values = {"countries": ["VN"], "travellers": ["choi.minjun@hanbit-demo.example"],
              "from": f"{t + 3 * D:%Y-%m-%d}", "to": f"{t + 120 * D:%Y-%m-%d}",
              "reason": "하노이 공장 출장"}  # fmt: skip
    return (
        Teller(c, end)
        .open("allowed_countries", "choi.minjun", t, values)
        .step("check_cause", "kim.hana", 2 * H, values={"cause": "country_block"})
        .step("note_current", "kim.hana", 10 * M, values={"current_countries": ["KR"]})
        .approve("approve", "seo.jiwon", 5 * H)
        .step("perform", "kim.hana", H)
        .step("traveller_confirms", "choi.minjun", 3 * D)
    )


def dormant(c: Company, t: datetime, end: datetime, *, until: str = "") -> Teller:
    """P8: an account asleep after a leave of absence."""
    values = {
        "account": c.address("yoon.taeho"),
        "symptom": "육아휴직 뒤 로그인하면 휴면 안내가 나옵니다.",
    }
    story = Teller(c, end).open("dormant_account", "yoon.taeho", t, values)
    if until == "open":
        return story
    return (
        story.step(
            "find_cause",
            "oh.seyeon",
            4 * H,
            values={"branch": "one_account", "finding": "정책상 90일 미접속 계정"},
        )
        .step("wake_account", "support.moon", 5 * H, values={"solution": "운영 도구로 휴면 해제"})
        .step("user_confirms", "yoon.taeho", 2 * H)
    )


def backup(c: Company, t: datetime, end: datetime, *, until: str = "") -> Teller:
    """P9: a mailbox backed up before somebody leaves."""
    values = {"mailbox": c.address("lee.sora"), "month_from": "202601", "month_to": "202606",
              "purpose": "퇴사 예정자 인수인계"}  # fmt: skip
    story = Teller(c, end).open("mail_backup", "lee.sora", t, values)
    story.step("request", "park.doyun", 2 * H)
    if until == "waiting":
        return story
    story.wait(story.at + 6 * H)
    story.step("record_ready", "park.doyun", M, values={"ready_at": iso(story.at)})
    if until == "expired":
        return story.wait()
    if until == "ready":
        return story
    return story.step("download", "park.doyun", D).step(
        "store_and_check", "park.doyun", H, values={"stored_where": "사내 NAS /backup/demo"}
    )


def _ticket(
    c: Company, t: datetime, end: datetime, new: str, asked: str, outlook: list[str]
) -> Teller:
    values = {"requester": c.address(asked), "received": iso(t - H), "new_main": new,
              "current_main": c.tenant.main_domain, "multi_domains": [c.tenant.main_domain],
              "rollback_plan": "MX를 되돌리고 기존 도메인으로 재개합니다.", "uses_group_mail": "false",
              "outlook_users": outlook}  # fmt: skip
    return Teller(c, end).open("domain_change", "support.moon", t, values, asked=asked)


def domain_running(c: Company, t: datetime, end: datetime, start: datetime) -> Teller:
    """P10: a ticket whose date is confirmed and lies ahead."""
    story = _ticket(c, t, end, "hanbit-new-demo.example", "seo.jiwon", [c.address("lee.sora")])
    mx = tuple(c.tenant.expected_mx)
    times = {"work_start": iso(start), "work_end": iso(start + 6 * H)}
    story.step("set_dns", "seo.jiwon", 20 * H)
    for domain in ("hanbit-new-demo.example", c.tenant.main_domain):
        story.probe(domain, "right", mx, "support.moon")
    story.step("check_dns", "support.moon", 5 * M)
    too_soon = {"work_start": iso(t + 2 * D), "work_end": iso(t + 2 * D + 6 * H)}
    story.refused("propose", "support.moon", H, values=too_soon)
    story.step("propose", "support.moon", 10 * M, values=times, acknowledgement=_NOTE)
    story.approve("agree", "jung.yuna", 5 * H)
    for domain in ("hanbit-new-demo.example", c.tenant.main_domain):
        story.probe(domain, "right", mx, "support.moon")
    return story.step("confirm_schedule", "support.moon", 5 * M, values=times, note=_NOTE,
                      acknowledgement="공휴일 확정 전임을 확인했습니다.")  # fmt: skip


def domain_cancelled(c: Company, t: datetime, end: datetime) -> Teller:
    """P10: withdrawn while the DNS was being prepared."""
    story = _ticket(c, t, end, "saebom-studio-demo.example", "han.garam", [])
    return story.cancel("han.garam", 3 * D, "브랜드 변경이 내년으로 미뤄졌습니다.")


def godomall(c: Company, t: datetime, end: datetime) -> Teller:
    """P11: MX at Godomall, waiting for the answer."""
    return (
        Teller(c, end)
        .open("godomall_mx", "park.doyun", t, {"domain": "hanbit-shop.example"})
        .step("look_up_ns", "park.doyun", 10 * M,
              values={"name_servers": ["ns1.godomall-demo.example", "ns2.godomall-demo.example"]})
        .step("note_mx", "park.doyun", 10 * M,
              values={"current_mx": ["10 old.mail-demo.example"], "mx_values": c.tenant.expected_mx})
        .step("write_inquiry", "park.doyun", 10 * M)
        .step("sent", "park.doyun", 10 * M, values={"inquiry_number": "DEMO-1182"})
    )  # fmt: skip


def all_stories(hanbit: Company, saebom: Company, end: datetime) -> list[tuple[datetime, Story]]:
    """List every story with its beginning, oldest first."""

    def kst(days: int, hour: int) -> datetime:
        day = (end - days * D).astimezone(hanbit.tenant.tz)
        return day.replace(hour=hour, minute=10, second=0, microsecond=0)

    told: list[tuple[datetime, Callable[..., Teller], dict[str, object]]] = []

    def tell(at: datetime, story: Callable[..., Teller], **kw: object) -> None:
        told.append((at, story, kw))

    for n, days in enumerate((88, 81, 74, 60, 53, 46, 32, 25, 18, 11)):
        rows = [
            f"new{n:02d}, 신규 사용자 {n + 1}, 신규",
            f"move{n:02d}, 이동 사용자 {n + 1}, 부서 이동",
        ]
        tell(kst(days, 10), sync, c=hanbit, rows=rows, until="unknown" if n == 6 else "")
    tell(kst(1, 10), sync, c=hanbit, rows=["kang.n, 강누리, 신규"], until="confirm")
    tell(end - 3 * H, sync, c=hanbit, rows=["yu.d, 유다인, 신규"], until="collect")
    tell(kst(70, 11), admins, c=hanbit, until="refused")
    tell(end - 5 * H, admins, c=hanbit)
    tell(kst(57, 9), external, c=hanbit, done=True)
    tell(kst(2, 15), external, c=hanbit, done=False)
    tell(kst(65, 13), representative, c=hanbit)
    tell(kst(40, 10), mailing, c=saebom, by="yoon.taeho", admin="oh.seyeon", done=True)
    tell(kst(21, 14), mailing, c=hanbit, by="lee.sora", admin="kim.hana", done=False)
    tell(kst(77, 9), recovery, c=hanbit, by="lee.sora", admin="kim.hana", ago=2 * H)
    tell(kst(50, 17), recovery, c=saebom, by="yoon.taeho", admin="oh.seyeon", ago=8 * H)
    tell(
        kst(30, 18),
        recovery,
        c=hanbit,
        by="choi.minjun",
        admin="park.doyun",
        ago=10 * H,
        until="expired",
    )
    tell(
        end - 2 * H,
        recovery,
        c=hanbit,
        by="lee.sora",
        admin="kim.hana",
        ago=19 * H,
        until="settled",
    )
    tell(end - H, recovery, c=saebom, by="yoon.taeho", admin="oh.seyeon", ago=3 * H, until="open")
    tell(kst(35, 10), countries, c=hanbit)
    tell(kst(44, 10), dormant, c=saebom)
    tell(kst(3, 16), dormant, c=saebom, until="open")
    tell(kst(62, 10), backup, c=hanbit)
    tell(kst(28, 10), backup, c=hanbit, until="expired")
    tell(kst(6, 10), backup, c=hanbit, until="ready")
    tell(kst(1, 14), backup, c=hanbit, until="waiting")
    tell(kst(38, 10), domain_cancelled, c=saebom)
    tell(kst(4, 11), domain_running, c=hanbit, start=kst(-24, 20))
    tell(kst(5, 13), godomall, c=hanbit)
    told.sort(key=lambda one: one[0])
    return [(at, partial(story, t=at, end=end, **kw)) for at, story, kw in told]
