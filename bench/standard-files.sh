#!/usr/bin/env bash
# How small files of many kinds get, beside other compressors: one row a file, in Markdown.
#
#   standard-files.sh [FILE...]     default: the samples of this repository, and the Canterbury,
#                                   Large and Silesia files if corpora/fetch.sh eval has brought them
#
# Every figure is a whole archive that was decompressed and compared. In bold: the smallest.
# FSCOMP_BENCH adds options for 'fscomp bench', such as '--level 9'.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
fscomp=${FSCOMP:-$top/.build/release/fscomp}
peers=zstd-22,xz,brotli,bzip3,7z,zpaq

if [ $# -eq 0 ]; then
  set -- "$top"/corpora/samples/*.* "$top"/corpora/data/eval/{canterbury,canterbury-large}/* \
    "$top"/corpora/data/eval/silesia/{dickens,reymont,xml,mr,ooffice,osdb}
fi

printed=
for file in "$@"; do
  [ -f "$file" ] || continue
  # shellcheck disable=SC2086  # the options are words
  "$fscomp" bench --json --peers "$peers" ${FSCOMP_BENCH:-} "$file" 2> /dev/null |
    python3 -c '
import json, os, sys

table = json.load(sys.stdin)["tables"][0]
rows = [row for row in table["rows"] if row["status"] == "measured"]
sizes = [row["modelNotCounted"]["bytes"] for row in rows]
if not sys.argv[1]:
    print("| file | bytes |", " | ".join(row["program"] for row in rows), "|")
    print("|---|---|" + "---|" * len(rows))
cells = [f"**{size}**" if size == min(sizes) else str(size) for size in sizes]
print("|", os.path.basename(table["title"]), "|", table["plainBytes"], "|", " | ".join(cells), "|")
' "$printed"
  printed=yes
done
