#!/bin/sh
# Opens the pages that explain and bench write in a headless browser.
#
# usage: run.sh PROGRAM
#
# Exit status 77: there is no browser.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export PYTHONDONTWRITEBYTECODE=1
for tool in python3 bash; do
  command -v $tool > /dev/null || { echo "no $tool: pages were not opened" >&2; exit 77; }
done
cd "$here"
python3 -c 'import browser, sys; sys.exit(browser.find() is None)' || {
  echo "no browser (apt-get install chromium): pages were not opened" >&2
  exit 77
}
cd - > /dev/null
exec python3 "$here/test_pages.py" "$1"
