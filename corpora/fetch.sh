#!/usr/bin/env bash
# Brings the texts that are measured and trained on but not kept in the repository.
# README.md says what each is, under which licence, and what it may be used for.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data=$here/data
shared=$here/../../shared/corpora
transfer=$here/transfer.py

enwik8_url=http://mattmahoney.net/dc/enwik8.zip
enwik8_bytes=100000000
enwik8_sha1=57b8363b814821dc9d47aa4d41f58733519076b2
# name:first byte:bytes:sha1
enwik8_parts=(
  enwik8.train:0:90000000:d8a8d0ca2a95f20c9d243cb60a579a59d12b0f48
  enwik8.valid:90000000:5000000:2e6218a15c1d5c3c2d23f8092bf07bc24da0d922
  enwik8.test:95000000:5000000:c30edaac372090c10a562b8777a6703fa3dd9f7e
)

usage() {
  cat <<'EOF'
Usage: corpora/fetch.sh [enwik8 | train | eval] [--from SOURCE]

  enwik8   (the default) 100 MB of Wikipedia text into corpora/data/, as a whole (enwik8) and split
           into enwik8.train, enwik8.valid and enwik8.test. Files that are already right are kept.
  train    general text to train on (training/recipes) into corpora/data/train/, if a local copy is
           found
  eval     the standard test files (Canterbury, Calgary, Silesia and others) into
           corpora/data/eval/, if a local copy of them is found

  --from SOURCE  for enwik8, ask only one source; without it they are tried in this order:
                   local    enwik8, enwik8.xz, enwik8.gz or enwik8.zip in the folder that
                            FSCOMP_CORPORA names
                   shared   ../shared/corpora/enwik8.xz, beside the repository
                   site     the site of the Large Text Compression Benchmark
                   package  the source package mingru-pytorch 0.2.1, which holds a copy, from the
                            package index that pip is configured to use
  --help         this text

Environment: FSCOMP_CORPORA, a folder with local copies; FSCOMP_TIMEOUT, seconds a download may take
(600). Needs python3, 3.9 or later; the package source needs pip, train and eval need zstd and tar.
EOF
}

note() {
  printf 'fetch: %s\n' "$*" >&2
}

die() {
  note "$*"
  exit 1
}

# Every unfinished file lives in here, so nothing half done is ever seen under its right name.
work=
clean_up() {
  [[ -z $work ]] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

make_work() {
  mkdir -p "$1"
  work=$(mktemp -d "$1/.fetch.XXXXXX")
}

sha1_of() {
  if command -v sha1sum >/dev/null; then
    sha1sum <"$1"
  else
    shasum -a 1 <"$1"
  fi | cut -d ' ' -f 1
}

# is_right FILE BYTES SHA1
is_right() {
  [[ -f $1 && $(wc -c <"$1") -eq $2 && $(sha1_of "$1") == "$3" ]]
}

# --- enwik8 ---------------------------------------------------------------------------------------

# Each source leaves the right $work/enwik8 and succeeds, or says in one line why it cannot.

unpack() {
  local why
  why=$(python3 "$transfer" unpack "$1" "$work/enwik8" $enwik8_bytes "${@:2}" 2>&1) || {
    note "cannot unpack $1: $why"
    return 1
  }
  if ! is_right "$work/enwik8" $enwik8_bytes $enwik8_sha1; then
    note "wrong content in $1: $(wc -c <"$work/enwik8") bytes, sha1 $(sha1_of "$work/enwik8")"
    return 1
  fi
}

# Only the parts are missing.
from_kept() {
  cp "$data/enwik8" "$work/enwik8"
}

from_local() {
  if [[ -z ${FSCOMP_CORPORA:-} ]]; then
    note "no local copy: FSCOMP_CORPORA is not set"
    return 1
  fi
  local suffix
  for suffix in '' .xz .gz .zip; do
    if [[ -f $FSCOMP_CORPORA/enwik8$suffix ]]; then
      unpack "$FSCOMP_CORPORA/enwik8$suffix" && return
    fi
  done
  note "no usable enwik8, enwik8.xz, enwik8.gz or enwik8.zip in $FSCOMP_CORPORA"
  return 1
}

from_shared() {
  if [[ ! -f $shared/enwik8.xz ]]; then
    note "no shared copy: ../shared/corpora/enwik8.xz is not there"
    return 1
  fi
  unpack "$shared/enwik8.xz"
}

from_site() {
  note "downloading $enwik8_url (36 MB)"
  local why
  why=$(python3 "$transfer" get $enwik8_url "$work/download" 2>&1) || {
    note "cannot download $enwik8_url: $why"
    return 1
  }
  unpack "$work/download" enwik8
}

from_package() {
  note "downloading the source package mingru-pytorch 0.2.1 (37 MB)"
  local why
  why=$(python3 "$transfer" sdist mingru-pytorch 0.2.1 "$work/download" 2>&1) || {
    note "cannot download the source package mingru-pytorch 0.2.1: $why"
    return 1
  }
  unpack "$work/download" data/enwik8.gz
}

# enwik8_is_whole: are the file and its three parts there and right?
enwik8_is_whole() {
  local entry name bytes sha1
  is_right "$data/enwik8" $enwik8_bytes $enwik8_sha1 || return 1
  for entry in "${enwik8_parts[@]}"; do
    IFS=: read -r name _ bytes sha1 <<<"$entry"
    is_right "$data/$name" "$bytes" "$sha1" || return 1
  done
}

# split_enwik8: cuts $work/enwik8 into its parts, then moves all four files into place.
split_enwik8() {
  local entry name first bytes sha1
  for entry in "${enwik8_parts[@]}"; do
    IFS=: read -r name first bytes sha1 <<<"$entry"
    # Not `tail | head`: head closing the pipe early would be an error under pipefail.
    python3 -c '
import sys
source, part, first, count = *sys.argv[1:3], *map(int, sys.argv[3:5])
with open(source, "rb") as file, open(part, "wb") as out:
    file.seek(first)
    out.write(file.read(count))
' "$work/enwik8" "$work/$name" "$first" "$bytes"
    is_right "$work/$name" "$bytes" "$sha1" || die "could not cut $name (is the disk full?)"
  done
  for name in enwik8 "${enwik8_parts[@]%%:*}"; do
    mv -f "$work/$name" "$data/$name"
  done
}

fetch_enwik8() {
  if enwik8_is_whole; then
    note "enwik8 and its three parts are there and right"
    return
  fi
  command -v python3 >/dev/null || die "python3 is needed"
  make_work "$data"
  local source
  if is_right "$data/enwik8" $enwik8_bytes $enwik8_sha1; then
    set -- kept "$@"
  fi
  for source in "$@"; do
    rm -f "$work"/*
    if "from_$source"; then
      split_enwik8
      note "enwik8 from '$source': $data/enwik8, .train, .valid and .test"
      return
    fi
  done
  die "no source had enwik8; put a copy into a folder and set FSCOMP_CORPORA to it"
}

# --- train, eval ----------------------------------------------------------------------------------

# unpack_set ARCHIVE FOLDER: NAME.tar.zst becomes FOLDER/NAME/, NAME.zst becomes FOLDER/NAME.
unpack_set() {
  local archive=$1 folder=$2 name
  name=$(basename "$archive" .zst)
  if [[ $name == *.tar ]]; then
    name=${name%.tar}
    mkdir "$work/set"
    zstd -dcq --long=27 -- "$archive" | tar -xf - -C "$work/set" --no-same-owner || return 1
    # An archive that holds one folder of its own name is not put into a second one.
    if [[ -d $work/set/$name && $(find "$work/set" -mindepth 1 -maxdepth 1 | wc -l) -eq 1 ]]; then
      mv "$work/set/$name" "$folder/$name"
      rmdir "$work/set"
    else
      mv "$work/set" "$folder/$name"
    fi
  else
    zstd -dcq --long=27 -- "$archive" >"$work/$name" || return 1
    mv "$work/$name" "$folder/$name"
  fi
}

# fetch_archives SET: unpacks the local archives of train or eval into data/SET.
fetch_archives() {
  local set=$1 folder archive name folders=() archives=()
  if [[ -n ${FSCOMP_CORPORA:-} ]]; then
    folders+=("$FSCOMP_CORPORA/$set")
    # What lies there without a folder of its own is not meant for training.
    [[ $set == train ]] || folders+=("$FSCOMP_CORPORA")
  fi
  for folder in "${folders[@]}" "$shared/$set"; do
    for archive in "$folder"/*.zst; do
      # enwik8 beside them is no test file of this set, even if someone packed it with zstd.
      [[ -f $archive && $(basename "$archive") != enwik8* ]] && archives+=("$archive")
    done
    ((${#archives[@]} == 0)) || break
  done
  if ((${#archives[@]} == 0)); then
    die "the files are not available: no *.zst in \$FSCOMP_CORPORA/$set or ../shared/corpora/$set" \
      "(README.md says where each set comes from)"
  fi
  command -v zstd >/dev/null || die "the program zstd is needed to unpack the files"
  make_work "$data/$set"
  for archive in "${archives[@]}"; do
    name=$(basename "$archive" .zst)
    name=${name%.tar}
    if [[ -e $data/$set/$name ]]; then
      note "$name is there already"
    elif unpack_set "$archive" "$data/$set"; then
      note "$name: $data/$set/$name"
    else
      die "cannot unpack $archive"
    fi
  done
}

# --- command line ---------------------------------------------------------------------------------

what=enwik8
sources=(local shared site package)
while (($#)); do
  case $1 in
    enwik8 | train | eval) what=$1 ;;
    --from)
      case ${2:-} in
        local | shared | site | package) sources=("$2") ;;
        *) die "--from needs one of: ${sources[*]}" ;;
      esac
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

case $what in
  enwik8) fetch_enwik8 "${sources[@]}" ;;
  train | eval) fetch_archives "$what" ;;
esac
