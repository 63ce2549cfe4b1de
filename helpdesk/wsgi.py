"""The door for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from helpdesk.starting import read_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
read_settings()
application = get_wsgi_application()
