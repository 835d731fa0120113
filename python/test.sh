#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh virtual environment, .build/python, and runs the tests of the
# package there, with the packages that it works with. Exits with 77, and says why, where they cannot be
# run.
#
#   test.sh [ARGUMENTS OF PYTEST]
#
# Uses python3, or what PYTHON names. The library has to be there: make library.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=.build/python
patience=300 # seconds for each installation

skip() {
  echo "Python tests skipped: $*" >&2
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

rm -rf dist
"$python" python/backend/wheel_of_library.py dist
if [[ ! -x $environment/bin/python ]]; then
  "$python" -m venv "$environment" >&2 ||
    skip "a virtual environment cannot be made (Debian: python3-venv)"
fi
install --force-reinstall --no-deps dist/*.whl
install -r python/requirements-test.txt || skip "the packages to test with cannot be installed"

cd python
exec ../"$environment"/bin/python -m pytest -q -p no:cacheprovider tests "$@"
