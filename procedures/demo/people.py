"""Two invented customer companies, everybody in them, and the vendor's people."""

from dataclasses import dataclass, field

from helpdesk.models import Assignment, Membership, Tenant, User, VendorMembership

# (key, name, roles, persona); the key is the local part of the address.
_HANBIT = (
    ("seo.jiwon", "서지원", ("site_admin", "member"), "site_admin"),
    ("kim.hana", "김하나", ("mail_admin", "member"), "mail_admin"),
    ("park.doyun", "박도윤", ("mail_admin", "member"), ""),
    ("lee.sora", "이소라", ("member",), "member"),
    ("choi.minjun", "최민준", ("member",), ""),
    ("jung.yuna", "정유나", ("tenant_manager", "member"), ""),
)
_SAEBOM = (
    ("han.garam", "한가람", ("site_admin", "member"), ""),
    ("oh.seyeon", "오세연", ("mail_admin", "member"), ""),
    ("yoon.taeho", "윤태호", ("member",), ""),
    ("shin.arin", "신아린", ("tenant_manager", "member"), ""),
)
_VENDOR = (
    ("support.moon", "문지호", "support", "support"),
    ("support.kang", "강은비", "support", ""),
    ("manager.bae", "배수현", "manager", "manager"),
)


@dataclass
class Company:
    """A tenant with its people by key."""

    tenant: Tenant
    people: dict[str, User] = field(default_factory=dict)

    def address(self, key: str) -> str:
        """Return somebody's address."""
        return self.people[key].email


def _tenant(slug: str, name: str, domain: str, **extra: object) -> Tenant:
    return Tenant.objects.create(
        slug=slug, name=f"{name} (데모)", main_domain=domain, demo=True, **extra
    )


def _company(tenant: Tenant, rows: tuple[tuple[str, str, tuple[str, ...], str], ...]) -> Company:
    company = Company(tenant)
    for key, name, roles, persona in rows:
        user = User.objects.create_user(f"{key}@{tenant.main_domain}", name=name, persona=persona)
        for role in roles:
            Membership.objects.create(user=user, tenant=tenant, role=role)
        company.people[key] = user
    return company


def make_people() -> tuple[Company, Company]:
    """Create both companies and the vendor's people, who serve both."""
    hanbit = _company(
        _tenant(
            "hanbit",
            "한빛정밀",
            "hanbit-demo.example",
            multi_domains=["hanbit-shop.example"],
            services=["email", "approval"],
            expected_mx=["10 mx1.mail-demo.example", "20 mx2.mail-demo.example"],
            expected_spf=["v=spf1 include:_spf.mail-demo.example ~all"],
            expected_dkim=["mail1 CNAME mail1.{domain}.dkim.mail-demo.example"],
            expected_dmarc=["v=DMARC1; p=none; rua=mailto:dmarc@{domain}"],
            expected_autodiscover=["CNAME autodiscover.mail-demo.example"],
            name_server_suffixes=["godomall-demo.example"],
            external_user_price="1인 월 3,300원 (데모 값)",
            self_declaration=True,
        ),
        _HANBIT,
    )
    saebom = _company(
        _tenant("saebom", "새봄디자인", "saebom-demo.example", services=["email"]), _SAEBOM
    )
    for key, name, role, persona in _VENDOR:
        user = User.objects.create_user(f"{key}@vendor-demo.example", name=name, persona=persona)
        VendorMembership.objects.create(user=user, role=role)
        for company in (hanbit, saebom):
            Assignment.objects.create(user=user, tenant=company.tenant)
            company.people[key] = user
    return hanbit, saebom
