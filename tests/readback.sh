#!/bin/sh
# Every class through every output, read back by readers that are not ours and compared with the
# JSON value by value: CIM-XML against the DTD of DSP0203, MOF by the grammar of DSP0004.
#	readback.sh [PROGRAM NASTY_ROWS]        (or what $DISMAL and $DISMAL_BUILD name)
set -u

program=${1:-${DISMAL:-}}
nasty=${2:-${DISMAL_BUILD:-}/tests/nasty_rows}
source=${DISMAL_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
for needed in "$program" "$nasty"; do
	[ -x "$needed" ] || { echo "usage: readback.sh PROGRAM NASTY_ROWS" >&2; exit 77; }
done
for tool in python3 xmllint; do
	command -v "$tool" >/dev/null || { echo "no $tool: apt install python3 libxml2-utils"; exit 77; }
done
exec python3 -B "$source/tests/readback.py" "$program" "$source" "$nasty"
