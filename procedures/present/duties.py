"""Tell the pages about people which open runs somebody asked for or joined."""

from helpdesk.models import Tenant, User
from helpdesk.people.duties import Duty
from procedures.present.run_cards import list_card
from procedures.selectors.duties import open_runs_of


def open_runs(tenant: Tenant, person: User) -> list[Duty]:
    """List a person's open runs, and for whom each waits; two queries at most."""
    cards = [list_card(run, tenant.slug) for run in open_runs_of(tenant, person)]
    return [Duty(card["ref"], card["title"], card["href"], card["who"]) for card in cards]
