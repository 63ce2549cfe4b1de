"""Run every static check and say at the end which of them failed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy", "audit", "helpdesk", "procedures", "tickets"],
    "imports": ["lint-imports"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "template format": ["djlint", "--check", "--quiet", "templates"],
    "migrate": ["python", "manage.py", "migrate", "--verbosity=0"],
    "system": ["python", "manage.py", "check", "--database=default", "--fail-level=WARNING"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
}


def main() -> int:
    """Run them all on a throw-away data folder; return 1 when any failed."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="helpdesk-check-") as folder:
        environment = {**os.environ, "HELPDESK_VAR": folder}
        environment.pop("DATABASE_URL", None)
        Path(folder, "static").mkdir()
        for name, (program, *arguments) in CHECKS.items():
            print(f"== {name}", flush=True)
            command = [str(BIN / program), *arguments]
            if subprocess.call(command, cwd=ROOT, env=environment):
                failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
