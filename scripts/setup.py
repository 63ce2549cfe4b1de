"""Prepare the data folder, the database, the catalog and the demo data; start nothing."""

import sys
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]


def main() -> None:
    """Do each step; all of them may be repeated."""
    from environment import prepare

    prepare()
    import messages

    messages.compile_catalogs()

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("publish")
    refresh_calendar()
    call_command("collectstatic", "--noinput", verbosity=0)
    load_demo()


def refresh_calendar() -> None:
    """Freeze the public holidays; name what changed, but not the whole first calendar."""
    from django.core.management import call_command

    from helpdesk.models import CalendarVersion

    first = not CalendarVersion.objects.exists()
    call_command("calendar", "--refresh", stdout=StringIO() if first else None)


def load_demo() -> None:
    """Load the demo data once, on a database without tenants or where loading was cut short."""
    from django.conf import settings
    from django.core.management import call_command

    from helpdesk.models import Tenant

    loading = settings.VAR / "demo-is-loading"
    if not settings.DEMO or (Tenant.objects.exists() and not loading.exists()):
        return
    print("loading demo data (DEMO=0 leaves it out)")
    loading.touch()
    call_command("demo")
    call_command("demo_tickets")
    loading.unlink()


if __name__ == "__main__":
    main()
