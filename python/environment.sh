#!/usr/bin/env bash
# Makes a virtual environment, .build/python, of the wheel and the packages that it works with. Exits
# with 77, and says why, where there can be none.
#
#   environment.sh [--spark]
#
# --spark: for work on a cluster, too. Uses python3, or what PYTHON names. The library has to be there:
# make library. `make setup CI=1` installs what Debian has of the rest.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=.build/python
patience=300 # seconds for each installation
requirements=(-r python/requirements-test.txt)
if [[ ${1:-} == --spark ]]; then requirements+=(-r python/requirements-spark.txt); fi

skip() {
  echo "No environment for Python: $*" >&2
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
if [[ ${1:-} == --spark ]]; then
  command -v java >/dev/null || skip "there is no Java (Debian: default-jre-headless)"
fi

rm -rf dist
"$python" python/backend/wheel_of_library.py dist
if [[ ! -x $environment/bin/pip ]]; then
  "$python" -m venv "$environment" >&2 ||
    skip "a virtual environment cannot be made (Debian: python3-venv)"
fi
install --force-reinstall --no-deps --no-index dist/*.whl
install "${requirements[@]}" || skip "the packages to test with cannot be installed"
