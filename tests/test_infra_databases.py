"""Tests stand on databases prepared like an installation, each copy independent of the others."""

import subprocess
import sys

import pytest
from django.db import connection

from helpdesk.models import CalendarVersion, Tenant
from tests import databases
from tests.conftest import FreshDatabase

COUNT = """
import django
django.setup()
from helpdesk.models import Tenant
print(Tenant.objects.count())
"""


def test_a_test_that_rolls_back_finds_calendar_and_catalog(db: None) -> None:
    assert CalendarVersion.objects.exists()
    assert connection.vendor == databases.kind()


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_commits_the_next_does_not_see(fresh_db: FreshDatabase, turn: int) -> None:
    assert Tenant.objects.count() == 0
    assert CalendarVersion.objects.exists()
    Tenant.objects.create(slug="acme", name=f"{turn}")


def test_a_child_process_sees_what_the_test_committed(fresh_db: FreshDatabase) -> None:
    Tenant.objects.create(slug="acme", name="에이크미")
    command = [sys.executable, "-c", COUNT]
    done = subprocess.run(command, env=fresh_db.env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_a_rolled_back_test_does_not_see_it(db: None) -> None:
    assert Tenant.objects.count() == 0
