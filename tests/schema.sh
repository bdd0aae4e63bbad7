#!/bin/sh
# Every report validates against docs/report.schema.json; its NDJSON and CSV are the same
# rows, as Python's own readers see them.
#	schema.sh [PROGRAM]        (or the program in $DISMAL)
set -u

program=${1:-${DISMAL:-}}
source=${DISMAL_SOURCE:-$(cd "$(dirname "$0")/.." && pwd)}
[ -x "$program" ] || { echo "usage: schema.sh PROGRAM" >&2; exit 77; }

# Debian's own interpreter is the one that apt's modules belong to.
for python in /usr/bin/python3 python3; do
	"$python" -c 'import jsonschema' 2>/dev/null &&
		exec "$python" -B "$source/tests/schema.py" "$program" "$source" ${DISMAL_CORPUS:+"$DISMAL_CORPUS"}
done
echo "no python3 with the module jsonschema: apt install python3-jsonschema"
exit 77
