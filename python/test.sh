#!/usr/bin/env bash
# Builds the wheel, installs it into a virtual environment, .build/python, and runs the tests of the
# package there, with the packages that it works with. Exits with 77, and says why, where they
# cannot be run.
#
#   test.sh [--spark] [ARGUMENTS OF PYTEST]
#
# --spark runs those that need a cluster instead, on two workers on this machine. Uses python3, or what
# PYTHON names. The library has to be there: make library. `make setup CI=1` installs what Debian has of
# the rest.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=.build/python
patience=300 # seconds for each installation
tests=tests
if [[ ${1:-} == --spark ]]; then
  tests=tests/spark.py
  shift
fi

skip() {
  echo "Python tests (python/$tests) skipped: $*" >&2
  exit 77
}

install() {
  timeout "$patience" "$environment/bin/python" -m pip install --quiet \
    --disable-pip-version-check "$@" >&2
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || skip "there is no $python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
  skip "Python 3.10 or later is needed, not $("$python" --version)"
if [[ $tests == tests/spark.py ]]; then
  command -v java >/dev/null || skip "there is no Java (Debian: default-jre-headless)"
fi

rm -rf dist
"$python" python/backend/wheel_of_library.py dist
if [[ ! -x $environment/bin/pip ]]; then
  "$python" -m venv "$environment" >&2 ||
    skip "a virtual environment cannot be made (Debian: python3-venv)"
fi
install --force-reinstall --no-deps --no-index dist/*.whl
requirements=(-r python/requirements-test.txt)
[[ $tests == tests ]] || requirements+=(-r python/requirements-spark.txt)
install "${requirements[@]}" || skip "the packages to test with cannot be installed"

export FSCOMP=$PWD/.build/release/fscomp
[[ -x $FSCOMP ]] || unset FSCOMP
cd python
exec ../"$environment"/bin/python -m pytest -q -p no:cacheprovider "$tests" "$@"
