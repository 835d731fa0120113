#!/usr/bin/env bash
# Runs the tests of the training package. Exits with 77, and says why, where they cannot be run.
#
# Uses python3, or what PYTHON names, with the packages that it has; missing ones go into a virtual
# environment in .build/training. PyTorch is taken without asking in its small CPU build only.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=.build/training
patience=300 # seconds for each installation

skip() {
  echo "training tests skipped: $*" >&2
  exit 77
}

has() {
  "$python" -c "import $1" 2>/dev/null
}

install() {
  echo "Installing $* into $environment" >&2
  timeout "$patience" "$python" -m pip install --quiet --disable-pip-version-check "$@" >&2
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || skip "there is no $python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  skip "Python 3.11 or later is needed, not $("$python" --version)"

if [[ -x $environment/bin/python ]]; then
  python=$environment/bin/python
elif ! { has torch && has safetensors && has numpy && has pytest && has triton; }; then
  # With the packages that are there already.
  "$python" -m venv --system-site-packages "$environment" >&2 ||
    skip "a virtual environment cannot be made (Debian: python3-venv)"
  python=$environment/bin/python
fi

pinned() {
  grep -h "^$1[=>]" training/requirements*.txt
}

if ! has torch; then
  install "$(pinned torch)+cpu" ||
    skip "PyTorch is not here, nor its CPU build in the package index;" \
      "training/README.md says how to install it"
fi
for package in safetensors numpy pytest; do
  has $package || install "$(pinned $package)" || skip "$package cannot be installed"
done
has triton || install "$(pinned triton)" || echo "without Triton: its kernels are not tested" >&2

FSCOMP=${FSCOMP:-.build/release/fscomp} "$python" -m pytest -q -p no:cacheprovider \
  training/tests "$@"
