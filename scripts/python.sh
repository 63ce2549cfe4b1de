#!/bin/sh
# Print the path of a Python that is new enough, or say in one line what is needed.
# HELPDESK_PYTHON names one; otherwise python3 is asked first, since pyenv lets it follow
# .python-version, then the versions by name.
needed='import sys; sys.exit(sys.version_info < (3, 12))'
for name in ${HELPDESK_PYTHON:-python3 python3.13 python3.12 python3.14 python}; do
    if "$name" -c "$needed" >/dev/null 2>&1; then
        "$name" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done
found=$(${HELPDESK_PYTHON:-python3} -c 'import platform; print(platform.python_version())' 2>/dev/null)
echo "helpdesk needs Python 3.12 or newer (found: ${found:-none}); install it or set HELPDESK_PYTHON=/path/to/python3.13" >&2
exit 1
