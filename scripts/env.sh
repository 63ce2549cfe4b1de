#!/bin/sh
# Make .venv and install one hashed lock: env.sh run|test|dev. Does nothing when it is done.
set -eu
level=$1
cd "$(dirname "$0")/.."
if [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))'; then
    :
else
    python=$(scripts/python.sh)
    echo "making .venv with $python"
    rm -rf .venv
    "$python" -m venv .venv
fi
stamp=.venv/.installed-$level
lock=requirements/$level.txt
if [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then
    exit 0
fi
echo "installing $lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes -r "$lock"
# Each lock contains the smaller ones, compiled together.
cp "$lock" "$stamp"
case $level in
    dev) cp requirements/test.txt .venv/.installed-test; cp requirements/run.txt .venv/.installed-run ;;
    test) cp requirements/run.txt .venv/.installed-run ;;
esac
