#!/usr/bin/env bash
# Runs the tests of the second decoder: the frozen archives, and what has to be refused. Exits with
# 77, and says why, where they cannot be run.
#
#   test.sh [--all]
#
# --all decodes every archive to its end. Uses python3, or what PYTHON names.
set -euo pipefail
cd "$(dirname "$0")"

skip() {
  echo "tests of reference/ skipped: $*" >&2
  exit 77
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || skip "there is no $python"
"$python" -c 'import numpy' 2>/dev/null || skip "$python has no numpy (Debian: python3-numpy)"
exec "$python" -B test.py "$@"
