"""The pure core needs no database: it is driven once, beside the first of them."""

from tests import databases

collect_ignore = ["test_core.py"] if databases.kind() == "postgresql" else []
