"""A definition as data: to JSON and back, and the digest that pins it."""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from procedures import definition as d
from procedures.rules import RULES
from procedures.rules.base import Rule

MAX_BYTES = 1_000_000
MAX_DEPTH = 30


def to_data(procedure: "d.Procedure") -> dict[str, Any]:
    """Write a procedure as plain JSON values."""
    data: dict[str, Any] = _out(procedure)
    return data


def to_json(procedure: "d.Procedure") -> str:
    """Write a procedure canonically: sorted keys, UTF-8, no spaces."""
    return json.dumps(to_data(procedure), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(procedure: "d.Procedure") -> str:
    """Return the SHA-256 of the canonical form, without the version number."""
    return digest_of_json(to_json(procedure))


def digest_of_json(stored: str) -> str:
    """Return the SHA-256 of a canonical form."""
    return hashlib.sha256(stored.encode()).hexdigest()


@lru_cache(maxsize=256)
def from_json(stored: str) -> "d.Procedure":
    """Read a procedure back; parsed once a process, since versions never change.

    Raises DefinitionError naming the place for anything that is not a valid definition.
    """
    if len(stored.encode()) > MAX_BYTES:
        raise d.DefinitionError("definition", f"larger than {MAX_BYTES} bytes")
    if _too_deep(stored):
        raise d.DefinitionError("definition", f"nested deeper than {MAX_DEPTH}")
    try:
        data = json.loads(stored)
    except ValueError as error:
        raise d.DefinitionError("definition", f"not JSON: {error}") from error
    return from_data(data)


def _too_deep(stored: str) -> bool:
    depth = deepest = 0
    for letter in stored:
        if letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth -= 1
    return deepest > MAX_DEPTH


def from_data(data: Any) -> "d.Procedure":
    """Build a procedure from JSON values. Raises DefinitionError."""
    built: d.Procedure = _build(d.Procedure, data, "definition")
    return built


def _out(value: Any) -> Any:
    if isinstance(value, Rule):
        return {"rule": value.name, **{k: _out(v) for k, v in value.params().items()}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _out(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if getattr(value, f.name) != f.default
        }
    if isinstance(value, tuple):
        return [_out(inner) for inner in value]
    return value


@lru_cache(maxsize=64)
def _hints(cls: type) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)


def _build(cls: type, data: Any, place: str) -> Any:
    if not isinstance(data, dict):
        raise d.DefinitionError(place, "an object is needed")
    if cls is Rule:
        data = dict(data)
        name = data.pop("rule", None)
        if not isinstance(name, str) or name not in RULES:
            raise d.DefinitionError(place, f"unknown rule {name!r}")
        cls = RULES[name]
    known = {f.name: f for f in dataclasses.fields(cls)}
    for key in data:
        if key not in known:
            raise d.DefinitionError(f"{place}.{key}", "unknown")
    for name, one in known.items():
        if name not in data and one.default is dataclasses.MISSING:
            raise d.DefinitionError(f"{place}.{name}", "missing")
    hints = _hints(cls)
    return cls(**{key: _in(hints[key], data[key], f"{place}.{key}") for key in data})


def _in(hint: Any, data: Any, place: str) -> Any:
    origin = typing.get_origin(hint)
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        if not isinstance(data, list):
            raise d.DefinitionError(place, "a list is needed")
        return tuple(_in(inner, one, f"{place}.{_name(one, n)}") for n, one in enumerate(data))
    if origin is typing.Literal:
        if data not in typing.get_args(hint):
            raise d.DefinitionError(place, f"{data!r} is not one of {typing.get_args(hint)}")
        return data
    if origin in (types.UnionType, typing.Union):
        return _in_union(hint, data, place)
    if dataclasses.is_dataclass(hint):
        return _build(hint, data, place)  # type: ignore[arg-type]
    if type(data) is not hint:
        raise d.DefinitionError(place, f"{hint.__name__} is needed")
    return data


def _in_union(hint: Any, data: Any, place: str) -> Any:
    kinds = typing.get_args(hint)
    if data is None and type(None) in kinds:
        return None
    for kind in kinds:
        if kind is not type(None) and (dataclasses.is_dataclass(kind) or type(data) is kind):
            return _in(kind, data, place)
    raise d.DefinitionError(place, "a value of another type is needed")


def _name(one: Any, number: int) -> str:
    key = one.get("key") if isinstance(one, dict) else None
    return key if isinstance(key, str) else str(number)
