"""The project's settings in a throw-away folder, with a fast hasher and plain static files."""

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path

from tests import memory

# Workers and child processes inherit the folder; the process that made it removes it.
if "HELPDESK_TEST_VAR" not in os.environ:
    os.environ["HELPDESK_TEST_VAR"] = tempfile.mkdtemp(
        prefix="helpdesk-tests-", dir=memory.folder()
    )
    atexit.register(shutil.rmtree, os.environ["HELPDESK_TEST_VAR"], ignore_errors=True)
os.environ["HELPDESK_VAR"] = os.environ["HELPDESK_TEST_VAR"]
for _name in (
    "ALLOWED_HOSTS", "HELPDESK_SMTP_HOST", "HELPDESK_HTTPS", "HELPDESK_DEBUG", "DEMO",
    "HELPDESK_PRODUCTION", "HELPDESK_MACHINES",
):  # fmt: skip
    os.environ.pop(_name, None)

# Tests of the second factor name the roles that need one themselves.
os.environ["HELPDESK_MFA_ROLES"] = "none"

# A developer's own database is never touched: only tests/databases.py names one.
os.environ.pop("DATABASE_URL", None)
if "HELPDESK_TEST_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["HELPDESK_TEST_URL"]
elif os.environ.get("HELPDESK_TEST_DB", "sqlite") == "postgresql":
    os.environ["DATABASE_URL"] = "postgres://helpdesk@localhost/not_set_up_yet"

from helpdesk.settings import *  # noqa: E402, F403

Path(os.environ["HELPDESK_VAR"], "static").mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING_CONFIG = None
logging.getLogger("django").setLevel(logging.ERROR)
