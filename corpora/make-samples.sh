#!/usr/bin/env bash
# Extracts the sample texts again, from the Debian packages and versions they were first taken
# from, and generates the rest. README.md says what each sample is and under which licence.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vim_tutor=usr/share/vim/vim90/tutor
sqlite_doc=usr/share/doc/sqlite3

# Package=version, as in Debian 12 (bookworm).
packages=(
  catch2=2.13.10-1
  distro-info-data=0.58+deb12u7
  node-mime=3.0.0+dfsg+~cs3.97.1-1
  sqlite3-doc=3.40.1-2+deb12u2
  vim-runtime=2:9.0.1378-2+deb12u2
  zlib1g-dev=1:1.2.13.dfsg-1
)

# The pages that make up prose.txt, in this order.
prose_pages=(
  atomiccommit testing howtocorrupt appfileformat queryplanner isolation quirks
)

usage() {
  cat <<'EOF'
Usage: corpora/make-samples.sh [--check] [--debs FOLDER]

Makes corpora/samples/, corpora/licenses/ and corpora/samples.sha256 again, from the Debian 12
packages named in this script and from generate.py.

  --check        write nothing: make the files elsewhere and compare them with those here
  --debs FOLDER  take the .deb files from FOLDER instead of asking apt-get for them (for versions
                 that the mirrors have dropped and only Debian's snapshot archive still has)
  --help         this text

Needs dpkg-deb, python3 and sha256sum; apt-get unless --debs is given.
EOF
}

die() {
  printf 'make-samples: %s\n' "$*" >&2
  exit 1
}

# unpack PACKAGE=VERSION: puts the package's files under $work/PACKAGE.
unpack() {
  local package=${1%%=*} version=${1#*=} debs=$debs_folder deb
  if [[ -z $debs ]]; then
    debs=$work/debs
    (cd "$debs" && apt-get --quiet=2 --option APT::Sandbox::User=root download "$1") ||
      die "apt-get has no $1 (see --debs)"
  fi
  for deb in "$debs/${package}_"*.deb; do
    [[ -f $deb ]] || continue
    if [[ $(dpkg-deb --field "$deb" Version) == "$version" ]]; then
      dpkg-deb --extract "$deb" "$work/$package"
      return
    fi
  done
  die "no .deb of $package $version in $debs"
}

# take PACKAGE PATH SAMPLE: one file of a package, byte for byte; PATH.gz will do as well.
take() {
  local from=$work/$1/$2
  if [[ -f $from ]]; then
    cat "$from" >"$out/samples/$3"
  else
    gzip -dc "$from.gz" >"$out/samples/$3"
  fi
}

# license_of PACKAGE NAME PARAGRAPH...: the paragraphs of the package's copyright file that begin
# with the given lines, without that format's indent and its dots for blank lines.
license_of() {
  local package=$1 name=$2 first
  shift 2
  for first in "$@"; do
    awk -v RS='' -v first="$first" '
      index($0, first "\n") == 1 {
        gsub(/\n \.\n/, "\n\n")
        gsub(/\n /, "\n")
        print $0 "\n"
        found = 1
      }
      END { exit !found }
    ' "$work/$package/usr/share/doc/$package/copyright" ||
      die "$package: no paragraph '$first' in its copyright file"
  done >"$out/licenses/$name"
}

make_all() {
  local package
  mkdir -p "$work/debs" "$out/samples/awkward" "$out/licenses"
  for package in "${packages[@]}"; do
    unpack "$package"
  done

  local pages=()
  for package in "${prose_pages[@]}"; do
    pages+=("$work/sqlite3-doc/$sqlite_doc/$package.html")
  done
  python3 "$here/strip_html.py" "${pages[@]}" >"$out/samples/prose.txt"

  take sqlite3-doc $sqlite_doc/lockingv3.html page.html
  take catch2 usr/share/doc/catch2/docs/tutorial.md tutorial.md
  take zlib1g-dev usr/share/doc/zlib1g-dev/examples/zran.c zran.c
  take distro-info-data usr/share/distro-info/ubuntu.csv releases.csv
  take vim-runtime $vim_tutor/tutor.ru.utf-8 russian.txt
  take vim-runtime $vim_tutor/tutor.zh_cn.utf-8 chinese.txt
  take vim-runtime $vim_tutor/tutor.ja.sjis japanese.sjis.txt
  # The whole file is too large for a sample: its first 1,000 lines, closed to be JSON again.
  awk 'NR > 1000 { exit } { line[NR] = $0 } /^  },?$/ { last = NR }
    END { for (i = 1; i < last; i++) print line[i]; print "  }\n}" }' \
    "$work/node-mime/usr/share/nodejs/mime-db/db.json" >"$out/samples/mime-types.json"
  python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$out/samples/mime-types.json"

  license_of catch2 catch2.txt 'Files: *' 'License: Boost-1.0'
  license_of distro-info-data distro-info-data.txt 'Files: *'
  license_of node-mime mime-db.txt 'Files: mime-db/*' 'License: Expat'
  license_of vim-runtime vim.txt 'Files: *' 'License: Vim'
  license_of zlib1g-dev zlib.txt 'Files: *' 'License: Zlib'

  python3 "$here/generate.py" "$out/samples"
  (cd "$out" && find samples -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) \
    >"$out/samples.sha256"
}

check=0
debs_folder=
while (($#)); do
  case $1 in
    --check) check=1 ;;
    --debs)
      (($# > 1)) || die "--debs needs a folder"
      debs_folder=$(cd "$2" && pwd)
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

work=$(mktemp -d "${TMPDIR:-/tmp}/fscomp-samples.XXXXXX")
trap 'rm -rf "$work"' EXIT
out=$work/out
make_all

if ((check)); then
  for item in samples licenses samples.sha256; do
    diff -r "$out/$item" "$here/$item" >&2 || die "$item differs from what is made here"
  done
  echo "make-samples: all $(wc -l <"$out/samples.sha256") samples are as they are made"
else
  rm -rf "$here/samples" "$here/licenses"
  cp -R "$out/samples" "$out/licenses" "$out/samples.sha256" "$here/"
  echo "make-samples: $(wc -l <"$out/samples.sha256") samples," \
    "$(cat "$out"/samples/* "$out"/samples/awkward/* 2>/dev/null | wc -c) bytes"
fi
