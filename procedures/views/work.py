"""My work: what is urgent, what today, what this week, and on whom the rest waits."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.zones import zone_at
from procedures import store
from procedures.present.run_cards import list_card
from procedures.rules import DailyLimit
from procedures.rules.base import Verdict
from procedures.rules.facts import Facts
from procedures.selectors.ledger import keys_in_force
from procedures.selectors.unread import unread_of
from procedures.selectors.work import GROUPS, Task, work_of
from procedures.views.visit import Visit, tenant_page

_TONES = {"urgent": "stop", "today": "caution", "week": "info", "later": "", "waiting": "wait"}


@require_safe
@tenant_page
def my_work(visit: Visit) -> HttpResponse:
    """Show what waits for this person, the most urgent first."""
    work = work_of(visit.user, visit.tenant, visit.roles, visit.now)
    limits = _limits(visit, work.groups["today"] + work.groups["urgent"])
    # What is closed until another day is no work of today.
    for task in [one for one in work.groups["today"] if one.run.pk in limits]:
        work.groups["today"].remove(task)
        work.groups["week"].append(replace(task, due=limits[task.run.pk].opens_at))
    unread = unread_of(visit.user, [task.run for key in GROUPS for task in work.groups[key]])
    groups = [_group(visit, key, work.groups[key], limits, unread) for key in GROUPS]
    context = {
        "groups": [group for group in groups if group["cards"]],
        "stats": [group["tile"] for group in groups if group["cards"] or group["key"] != "later"],
        "more": work.more,
        "search_action": reverse("search", args=[visit.tenant.slug]),
    }
    return visit.draw("work/page.html", context)


def _group(
    visit: Visit,
    key: str,
    tasks: list[Task],
    limits: dict[int, Verdict],
    unread: dict[int, int],
) -> dict[str, Any]:
    label = {
        "urgent": _("Now urgent"),
        "today": _("Today"),
        "week": _("This week"),
        "later": _("Later"),
        "waiting": _("Waiting for others"),
    }[key]
    tile = {
        "label": label,
        "value": len(tasks),
        "href": f"#{key}" if tasks else "",
        "tone": _TONES[key] if tasks else "",
    }
    cards = [_card(visit, task, limits) | {"unread": unread.get(task.run.pk, 0)} for task in tasks]
    return {"key": key, "label": label, "cards": cards, "tile": tile}


def _card(visit: Visit, task: Task, limits: dict[int, Verdict]) -> dict[str, Any]:
    due_state = ""
    if task.overdue(visit.now):
        due_state = "overdue"
    elif task.due is not None and task.run.pk not in limits:
        due_state = "due" if task.mine and task.hard else ""
    card = list_card(task.run, visit.tenant.slug, due=task.due, due_state=due_state)
    if task.run.pk in limits:
        card["verdict"] = "blocked"
    return card


def _limits(visit: Visit, tasks: list[Task]) -> dict[int, Verdict]:
    """Judge the daily limit of the runs whose next step is bound by one; one query at most."""
    bound = {task.run.pk: (task, rule) for task in tasks if (rule := _limit_of(task))}
    if not bound:
        return {}
    today = visit.now.astimezone(zone_at(visit.tenant, visit.now)).date()
    slots = keys_in_force(visit.tenant, today)
    facts = Facts(
        now=visit.now,
        performed_at=visit.now,
        zone=zone_at(visit.tenant, visit.now),
        slots=slots,
        sync_scope=visit.tenant.sync_scope,
    )
    judged = {
        pk: rule.judge(facts.but(values={rule.service: task.run.subject}))
        for pk, (task, rule) in bound.items()
    }
    return {pk: verdict for pk, verdict in judged.items() if verdict.level == "blocked"}


def _limit_of(task: Task) -> DailyLimit | None:
    """Return the limit of the next step, where the run's subject is the service it counts."""
    procedure = store.procedure_of(task.run.version_id)
    for key in task.run.current_steps.split(","):
        step = procedure.step_by_key.get(key)
        for gate in step.gates if step else ():
            if isinstance(gate.rule, DailyLimit) and gate.rule.service == procedure.subject:
                return gate.rule
    return None
