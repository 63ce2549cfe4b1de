"""Ask when a step would be possible: reads no clock, writes nothing."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language

from helpdesk.calendars import NoCalendar
from helpdesk.models import Tenant
from procedures import store, whatif
from procedures.definition import Procedure
from procedures.models import ProcedureVersion
from procedures.whatif import BadQuestion, Question, read_moment, read_pairs


class Command(BaseCommand):
    """Print the verdicts of a step's gates; exit 2 with one line when it cannot be asked."""

    help = "Say when a step would be possible. Nothing is written; --at is the only clock."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the question."""
        parser.error = _fail_in(parser)  # type: ignore[method-assign]
        parser.add_argument("procedure", metavar="PROCEDURE")
        parser.add_argument("--step", required=True, metavar="STEP")
        parser.add_argument("--at", required=True, metavar="ISO", help="now, and performed then")
        parser.add_argument("--tenant", metavar="SLUG", help="judge by this tenant's stored facts")
        parser.add_argument("--as", dest="role", default="", metavar="ROLE")
        parser.add_argument("--received", metavar="ISO", help="short for --set received=ISO")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
        parser.add_argument("--done", action="append", default=[], metavar="STEP=ISO")
        parser.add_argument("--used", action="append", default=[], metavar="LIMIT=ISO")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and print."""
        try:
            answer = self._ask(options)
        except (BadQuestion, NoCalendar) as error:
            raise CommandError(str(error), returncode=2) from error
        found = whatif.plain(answer, "en" if get_language() == "en" else "ko")
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.stdout.write(f"{found['procedure']} {found['step']} {found['at']}: {found['verdict']}")
        for gate in found["gates"]:
            self.stdout.write(f"  {gate['verdict']:8} {gate['rule']}: {gate['reason']}")
            for key in ("opens_at", "closes_at"):
                if gate[key]:
                    self.stdout.write(f"           {key} {gate[key]}")

    def _ask(self, options: Mapping[str, Any]) -> whatif.Answer:
        procedure = _procedure(options["procedure"])
        question = _question(procedure, options)
        step = question.check(procedure)
        tenant = _tenant(options["tenant"])
        if tenant is None:
            known = whatif.facts_alone(step, question.at)
        else:
            known = whatif.facts_of_tenant(tenant, step, question.at)
        return whatif.ask(procedure, question, known)


def _fail_in(parser: CommandParser) -> Any:
    def fail(message: str) -> NoReturn:
        if parser.called_from_command_line:
            parser.exit(2, f"CommandError: {message}\n")
        raise CommandError(message, returncode=2)

    return fail


def _procedure(key: str) -> Procedure:
    version = store.newest_version(key)
    if version is None:
        keys = ProcedureVersion.objects.order_by("key").values_list("key", flat=True).distinct()
        known = ", ".join(keys) or "none; run manage.py publish"
        raise BadQuestion(f"unknown procedure {key!r}; known: {known}")
    return store.procedure_of(version)


def _tenant(slug: str | None) -> Tenant | None:
    if slug is None:
        return None
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise BadQuestion(f"unknown tenant {slug!r}")
    return tenant


def _question(procedure: Procedure, options: Mapping[str, Any]) -> Question:
    pairs = read_pairs(options["set"], "--set")
    if options["received"] is not None:
        read_moment(options["received"], "--received")
        pairs.append(("received", options["received"]))
    values: dict[str, Any] = {}
    for key, raw in pairs:
        values.setdefault(key, []).append(raw)
    for key, rows in values.items():
        one = procedure.field_by_key.get(key)
        # A field that takes one value and is given two is refused by its own parser.
        if len(rows) == 1 and not (one and one.many):
            values[key] = rows[0]
    moments = {
        option: {
            key: read_moment(raw, f"--{option} {key}")
            for key, raw in read_pairs(options[option], f"--{option}")
        }
        for option in ("done", "used")
    }
    return Question(
        step=options["step"],
        at=read_moment(options["at"], "--at"),
        values=values,
        role=options["role"],
        **moments,
    )
