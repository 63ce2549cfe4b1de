#!/bin/sh
# Compile requirements/{run,test,dev}.txt; the locks carry hashes and no address.
set -eu
cd "$(dirname "$0")/.."
compile() {
    target=$1
    shift
    .venv/bin/uv pip compile pyproject.toml "$@" --universal --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --no-emit-find-links --quiet -o "requirements/$target.txt"
    echo "requirements/$target.txt"
}
compile dev --extra test --extra dev
compile test --extra test --constraint requirements/dev.txt
compile run --constraint requirements/dev.txt
