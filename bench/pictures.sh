#!/bin/sh
# Makes the README's pictures: docs/front.svg, and docs/explained.png with a browser (chromium).
#
# usage: pictures.sh PROGRAM [front|explained]
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
program=$1
wanted=${2:-all}
most=200000

if [ "$wanted" != explained ]; then
  "$program" bench --svg "$root/docs/front.svg" --level 1 --level 2 --level 3 --level 6 \
    --peers fscomp,zstd-19,bsc-m03,mcm-f5,mcm-h5,mcm-x5,zpaq "$root/corpora/data/enwik8.test"
fi
if [ "$wanted" != front ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  head -c 12000 "$root/corpora/samples/tutorial.md" > "$folder/tutorial.md"
  "$program" explain -f -o "$folder/page.html" "$folder/tutorial.md"
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$root/Tests/PageTests" python3 - "$folder/page.html" \
    "$root/docs/explained.png" << 'END'
import sys
from browser import Browser

with Browser(width=940, height=700) as browser:
    browser.open(sys.argv[1])
    # The choice, the legend, and the beginning of the text.
    box = browser.value(
        "(() => { const b = document.querySelector('.heat').getBoundingClientRect();"
        " return [b.x - 8, b.y - 8, b.width + 16, 430]; })()")
    browser.picture(sys.argv[2], box)
END
fi
size=$(cat "$root/docs/front.svg" "$root/docs/explained.png" | wc -c)
echo "$size bytes of pictures"
[ "$size" -le $most ] || { echo "more than $most" >&2; exit 1; }
