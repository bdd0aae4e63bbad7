#!/bin/sh
# Broken and hostile inputs, read in little memory; see hostile.py.
#	hostile.sh [PROGRAM [CASE]...]        (or the program in $DISMAL)
set -u

program=${1:-${DISMAL:-}}
[ $# -gt 0 ] && shift
source=${DISMAL_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
[ -x "$program" ] || { echo "usage: hostile.sh PROGRAM [CASE]..." >&2; exit 77; }
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
exec python3 -B "$source/tests/hostile.py" "$program" "$source" "$@"
