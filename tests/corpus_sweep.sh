#!/bin/sh
# Every file of the corpus against what other readers find in it, every place opened.
#	corpus_sweep.sh [PROGRAM [PATH...]]        (or the program in $DISMAL)
set -u

program=${1:-${DISMAL:-}}
source=${DISMAL_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
corpus=${DISMAL_CORPUS:-$source/../shared/corpus}
[ $# -gt 0 ] && shift
[ -x "$program" ] || { echo "usage: corpus_sweep.sh PROGRAM [PATH...]" >&2; exit 77; }
[ -d "$corpus/hive" ] || { echo "no corpus in '$corpus'"; exit 77; }
for tool in python3 cabextract wimlib-imagex; do
	command -v "$tool" >/dev/null || { echo "no $tool"; exit 77; }
done
"$program" formats | grep -q '^  without .*WITH_' && { echo "a part of the build is missing"; exit 77; }
exec python3 -B "$source/tests/corpus/sweep.py" "$program" "$corpus" "$@"
