"""Rows in, rows out: load a run with its facts, commit a change; nobody else writes runs."""

from procedures.store.asking import Ask, Found, needs_of, needs_of_rules, procedure_of
from procedures.store.commit import chain, commit
from procedures.store.dialect import Batch, Lost
from procedures.store.driver import open_cursor
from procedures.store.load import load, names_of, read
from procedures.store.lookups import command_digest, joined_before, row_owners
from procedures.store.opening import insert, newest_version, next_reference, prepare
from procedures.store.statement import belongings
from procedures.store.tenants import append_to_tenant, lock_tenant

__all__ = [
    "Ask",
    "Batch",
    "Found",
    "Lost",
    "append_to_tenant",
    "belongings",
    "chain",
    "command_digest",
    "commit",
    "insert",
    "joined_before",
    "load",
    "lock_tenant",
    "names_of",
    "needs_of",
    "needs_of_rules",
    "newest_version",
    "next_reference",
    "open_cursor",
    "prepare",
    "procedure_of",
    "read",
    "row_owners",
]
