#!/usr/bin/env bash
# Trains by a recipe in one call of some minutes on a machine that has bash, Python, PyTorch and, at
# best, Triton and a GPU, but no network; training/README.md has the steps.
#
#   training/run-on-gpu.sh --pack texts.pack --fscomp PROGRAM TEXT...     # here
#   training/run-on-gpu.sh --data texts.pack --recipe R.toml --out FOLDER # there
#   training/run-on-gpu.sh --restore FOLDER --out training/runs/NAME      # here again
#
# Uses python3, or what PYTHON names. This script sees to it that whatever there is ends up in the
# folder that --out or $OUT names, also when the program is stuck or has been killed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PYTHONPATH=$here${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1
python=${PYTHON:-python3}
program=("$python" -m fscomp_training.gpu_run)

out=${OUT:-} limit=540 is_run=1
arguments=("$@")
for ((i = 0; i < $#; i++)); do
  following=${arguments[i + 1]:-}
  case ${arguments[i]} in
    --out) out=$following ;;
    --out=*) out=${arguments[i]#*=} ;;
    --limit) limit=$following ;;
    --limit=*) limit=${arguments[i]#*=} ;;
    --pack | --pack=*) exec "$python" -m fscomp_training.data_pack "$@" ;;
    --restore | --restore=* | -h | --help) is_run= ;;
  esac
done
if [[ ! $is_run || ! $out ]]; then
  exec "${program[@]}" "$@"
fi

mkdir -p "$out" || exit 1
work=$(mktemp -d) || exit 1
# A signal for all of a terminal's or a session's processes is not for the one that writes the log.
exec > >(trap '' TERM INT HUP; exec tee "$out/log.txt") 2>&1
writer=$!

set -m # the program and its processes are a group, which a signal reaches as a whole
"${program[@]}" --work "$work" "$@" &
run=$!
(
  # The program keeps to the limit by itself. If it cannot:
  sleep "$(awk "BEGIN { print $limit + 5 }")"
  echo "the time is over"
  kill -TERM -- "-$run"
  sleep 12
  kill -KILL -- "-$run"
) 2>/dev/null &
guard=$!
set +m
disown "$guard"
trap 'was_signalled=1; kill -TERM "$run" 2>/dev/null' TERM INT HUP

status=143 was_signalled=
while :; do
  wait "$run"
  found=$?
  ((found == 127)) || status=$found # 127: it had been waited for when a signal came
  [[ $was_signalled ]] || break
  was_signalled= # a signal ends a wait, but not the run
done
trap '' TERM INT HUP
kill -KILL -- "-$guard" 2>/dev/null
kill -KILL -- "-$run" 2>/dev/null # what a killed program has left running
if ((status > 1)); then
  echo "the program ended with status $status: returning what there is"
  timeout 40 "${program[@]}" --collect --work "$work" --out "$out"
fi
rm -rf "$work"
exec >&- 2>&-
wait "$writer" 2>/dev/null
exit "$status"
