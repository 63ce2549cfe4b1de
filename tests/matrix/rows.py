"""What is stored: every row before and after, whose it is, and what of it has moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from helpdesk.models import Tenant, User
from procedures.models import Run
from tests.matrix.personas import PERSONAS
from tests.matrix.world import World

_APPS = ("audit", "helpdesk", "procedures", "tickets", "account", "mfa", "usersessions")
type Rows = Mapping[tuple[str, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Moved:
    """A row that is new, gone or different."""

    model: type[Model]
    key: Any
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name the kind of row."""
        return self.model.__name__

    @property
    def columns(self) -> frozenset[str]:
        """Name the columns that differ."""
        names = self.before.keys() | self.after.keys()
        return frozenset(one for one in names if self.before.get(one) != self.after.get(one))


def models() -> list[type[Model]]:
    """Return every kind of row of ours and of the accounts."""
    found = [model for label in _APPS for model in apps.get_app_config(label).get_models()]
    return [model for model in found if model._meta.managed and not model._meta.proxy]


def stored(tables: Iterable[str] = ()) -> Rows:
    """Read every row, or those of some tables."""
    wanted = set(tables)
    return {
        (model._meta.label, row[model._meta.pk.attname]): row
        for model in models()
        if not wanted or model._meta.db_table in wanted
        for row in model._base_manager.values()
    }


def moved(before: Rows, after: Rows, tables: Iterable[str] = ()) -> list[Moved]:
    """List what differs, within some tables or all."""
    wanted = set(tables)
    keys = [
        key
        for key in dict.fromkeys([*before, *after])
        if not wanted or apps.get_model(key[0])._meta.db_table in wanted
    ]
    return [
        Moved(apps.get_model(label), key, before.get((label, key), {}), after.get((label, key), {}))
        for label, key in keys
        if before.get((label, key)) != after.get((label, key))
    ]


class Borders:
    """Tells which rows are B's, or point to what is B's."""

    def __init__(self, world: World) -> None:
        tenant = world.sides["b"].tenant
        runs = list(Run.objects.filter(tenant=tenant))
        members = [name for name, one in PERSONAS.items() if one.b and not one.a]
        self._keys: dict[type[Model], set[Any]] = {
            Tenant: {tenant.pk},
            Run: {run.pk for run in runs},
            User: {world.people[name].pk for name in members},
        }
        self._streams = {tenant.stream, *(run.stream for run in runs)}
        self._streams |= {f"talk:{run.uid}" for run in runs}

    def crossed(self, one: Moved) -> bool:
        """Say whether a row is B's, was B's, or points there."""
        return any(self._is_of_b(one.model, values) for values in (one.before, one.after))

    def _is_of_b(self, model: type[Model], values: Mapping[str, Any]) -> bool:
        if model in self._keys and values.get("id") in self._keys[model]:
            return True
        if values.get("stream") in self._streams:
            return True
        return any(
            values.get(field.attname) in self._keys.get(field.related_model, ())
            for field in model._meta.concrete_fields
            if field.is_relation
        )
