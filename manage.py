#!/usr/bin/env python
"""Run a command of the project."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    from django.core.management import execute_from_command_line

    from helpdesk.starting import read_settings

    read_settings()
    execute_from_command_line(sys.argv)
