#!/usr/bin/env bash
# Runs the tests of the package, in the environment that environment.sh makes. Exits with 77 where there
# can be none.
#
#   test.sh [--spark] [ARGUMENTS OF PYTEST]
#
# --spark runs those that need a cluster instead, on two workers on this machine.
set -euo pipefail
cd "$(dirname "$0")"

tests=tests
kind=()
if [[ ${1:-} == --spark ]]; then
  tests=tests/spark.py
  kind=(--spark)
  shift
fi
./environment.sh "${kind[@]}" || {
  status=$?
  echo "Python tests (python/$tests) not run" >&2
  exit "$status"
}

export FSCOMP=$PWD/../.build/release/fscomp
[[ -x $FSCOMP ]] || unset FSCOMP
exec ../.build/python/bin/python -m pytest -q -p no:cacheprovider "$tests" "$@"
