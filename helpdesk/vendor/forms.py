"""The forms of the vendor's pages: a company's configuration, a new company."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Tenant
from helpdesk.vendor import dns_lines, values
from helpdesk.vendor.configuration import FIELDS
from helpdesk.vendor.fields import (
    LinesField,
    ReadField,
    SeenField,
    country_choices,
    reason_field,
    zone_choices,
)
from helpdesk.vendor.visits import find_tenant

_ONE_A_LINE = gettext_lazy("One a line.")


class ConfigurationForm(forms.Form):
    """What is known of a company; lists are typed one value a line."""

    name = forms.CharField(label=gettext_lazy("Company name"), max_length=120)
    main_domain = ReadField(
        values.domain,
        label=gettext_lazy("Main domain"),
        required=False,
        max_length=253,
        help_text=gettext_lazy("While a domain change runs, that procedure writes it."),
    )
    multi_domains = LinesField(
        values.domain, label=gettext_lazy("Multi domains"), help_text=_ONE_A_LINE
    )
    services = LinesField(
        values.service,
        label=gettext_lazy("Services in use"),
        help_text=gettext_lazy("One a line, by their codes: email, approval."),
    )
    expected_mx = LinesField(
        values.mx,
        label=gettext_lazy("Expected MX"),
        help_text=gettext_lazy("One a line: priority and host, such as 10 mx1.example.com."),
    )
    expected_spf = LinesField(
        dns_lines.spf,
        rows=2,
        label=gettext_lazy("Expected SPF"),
        help_text=gettext_lazy(
            "One line, such as v=spf1 include:_spf.example.com ~all. "
            "{domain} stands for the domain."
        ),
    )
    expected_dkim = LinesField(
        dns_lines.dkim,
        label=gettext_lazy("Expected DKIM"),
        help_text=gettext_lazy(
            "One a line: selector, TXT or CNAME, value. "
            "For example s1 CNAME s1.{domain}.dkim.example.com."
        ),
    )
    expected_dmarc = LinesField(
        dns_lines.dmarc,
        rows=2,
        label=gettext_lazy("Expected DMARC"),
        help_text=gettext_lazy("One line, such as v=DMARC1; p=none; rua=mailto:dmarc@{domain}."),
    )
    expected_autodiscover = LinesField(
        dns_lines.autodiscover,
        label=gettext_lazy("Expected autodiscover"),
        help_text=gettext_lazy(
            "One a line: CNAME host, A address, or SRV priority weight port host."
        ),
    )
    name_server_suffixes = LinesField(
        values.domain,
        label=gettext_lazy("Ends of name servers"),
        help_text=gettext_lazy("Domains in which the hosting company's name servers lie."),
    )
    external_user_price = forms.CharField(
        label=gettext_lazy("Price of external users"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("As the company reads it, in Korean."),
    )
    reminder_addresses = LinesField(
        values.email,
        label=gettext_lazy("Reminder addresses"),
        help_text=gettext_lazy("Who is mailed reminders besides those whose turn it is."),
    )
    known_addresses = LinesField(
        values.known_address,
        label=gettext_lazy("Known addresses"),
        help_text=gettext_lazy("Mail addresses in use that have no person here."),
    )
    outlook_guide_url = forms.URLField(
        label=gettext_lazy("Outlook guide"), required=False, max_length=200
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("A new zone counts from the next midnight of the present one."),
    )
    sync_scope = forms.ChoiceField(
        label=gettext_lazy("Limit of the daily sync"),
        choices=[
            ("unknown", gettext_lazy("Not known: each service, with care")),
            ("service", gettext_lazy("Once a day for each service")),
            ("tenant", gettext_lazy("Once a day for the whole company")),
        ],
        widget=forms.RadioSelect,
    )
    self_declaration = forms.BooleanField(
        label=gettext_lazy("Who performs may declare it themselves while nobody can approve"),
        required=False,
    )
    reason = reason_field(
        gettext_lazy("Reason"), gettext_lazy("The company can read it in its history.")
    )
    seen = SeenField()

    def __init__(self, *args: Any, tenant: Tenant, **kw: Any) -> None:
        self.tenant = tenant
        super().__init__(*args, **kw)
        zones, country = self.fields["zone"], self.fields["country"]
        assert isinstance(zones, forms.ChoiceField)
        assert isinstance(country, forms.ChoiceField)
        zones.choices = _with(zone_choices(), tenant.zone)
        country.choices = _with(country_choices(), tenant.country)

    def clean_multi_domains(self) -> list[str]:
        """Refuse the main domain among the others, and what another company has."""
        listed: list[str] = self.cleaned_data["multi_domains"]
        if self.cleaned_data.get("main_domain") in listed:
            raise ValidationError(_("The main domain is not listed here once more."))
        for one in listed:
            self._refuse_foreign(one)
        return listed

    def clean_main_domain(self) -> str:
        """Refuse a domain that another company has."""
        domain: str = self.cleaned_data["main_domain"]
        if domain:
            self._refuse_foreign(domain)
        return domain

    def clean_expected_spf(self) -> list[str]:
        """Take one line: two SPF records count as none."""
        return dns_lines.at_most_one(self.cleaned_data["expected_spf"])

    def clean_expected_dmarc(self) -> list[str]:
        """Take one line: two DMARC records count as none."""
        return dns_lines.at_most_one(self.cleaned_data["expected_dmarc"])

    def clean_expected_autodiscover(self) -> list[str]:
        """Refuse a CNAME beside an address of the same name."""
        return dns_lines.aliases_alone(self.cleaned_data["expected_autodiscover"])

    def clean_expected_dkim(self) -> list[str]:
        """Take one value for each selector."""
        return dns_lines.selectors_once(self.cleaned_data["expected_dkim"])

    def clean_outlook_guide_url(self) -> str:
        """Take web addresses alone."""
        url: str = self.cleaned_data["outlook_guide_url"]
        if url and not url.startswith(("https://", "http://")):
            raise ValidationError(_("Give an address that begins with https://."))
        return url

    def _refuse_foreign(self, domain: str) -> None:
        other = find_tenant(domain, domains_only=True, besides=self.tenant)
        if other is not None:
            words = _("%(domain)s belongs to %(company)s.")
            raise ValidationError(words, params={"domain": domain, "company": other.name})

    def configuration(self) -> dict[str, Any]:
        """Return what was typed, read."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def seen_text(configuration: Mapping[str, Any]) -> str:
    """Write what a page shows, for its form to carry along."""
    return json.dumps(dict(configuration), ensure_ascii=False, sort_keys=True)


class NewTenantForm(forms.Form):
    """A new company and its first administrator."""

    name = forms.CharField(label=gettext_lazy("Company name"), max_length=120)
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=40,
        help_text=gettext_lazy("Part of every address, such as hanbit. It stays for ever."),
    )
    main_domain = ReadField(
        values.domain, label=gettext_lazy("Main domain"), required=False, max_length=253
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), initial="KR")
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), initial="Asia/Seoul")
    admin_name = forms.CharField(label=gettext_lazy("Name of the first site admin"), max_length=120)
    admin_email = forms.EmailField(
        label=gettext_lazy("E-mail of the first site admin"),
        help_text=gettext_lazy("They are mailed an invitation, good for seven days."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the invitation"),
        choices=settings.LANGUAGES,
        initial="ko",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        zones, country = self.fields["zone"], self.fields["country"]
        assert isinstance(zones, forms.ChoiceField)
        assert isinstance(country, forms.ChoiceField)
        zones.choices, country.choices = zone_choices(), country_choices()

    def clean_slug(self) -> str:
        """Take small letters alone, and none that a company has."""
        slug: str = self.cleaned_data["slug"]
        if slug != slug.lower():
            raise ValidationError(_("Use small letters, digits and hyphens."))
        if Tenant.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another company has this short name."))
        return slug

    def clean_main_domain(self) -> str:
        """Refuse a domain that another company has."""
        domain: str = self.cleaned_data["main_domain"]
        other = find_tenant(domain, domains_only=True)
        if other is not None:
            words = _("%(domain)s belongs to %(company)s.")
            raise ValidationError(words, params={"domain": domain, "company": other.name})
        return domain


def _with(choices: list[tuple[str, str]], stored: str) -> list[tuple[str, str]]:
    """Keep what is stored choosable, even where it is listed no more."""
    if not stored or any(code == stored for code, _label in choices):
        return choices
    return [(stored, stored), *choices]
