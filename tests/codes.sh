#!/bin/sh
# Every reason and diagnostic has a fixture, a line in the documentation, an explanation; see codes.py.
#	codes.sh [PROGRAM]        (or the program in $DISMAL)
set -u

program=${1:-${DISMAL:-}}
source=${DISMAL_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
[ -x "$program" ] || { echo "usage: codes.sh PROGRAM" >&2; exit 77; }
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
exec python3 -B "$source/tests/codes.py" "$program" "$source"
