#!/bin/bash
# Speed and memory of reading logs of ConfigMgr, beside lnav and python, as markdown tables: one of
# OfflineServicingMgr.log, one of a client's logs.
#	cm.sh PROGRAM
#	BENCH_MB     how much of each to read, default 1024
#	BENCH_RUNS   rounds, default and least 5
#	BENCH_10GB   1: also 10 GB of each through standard input, for the memory alone
# Backquotes in single quotes are markdown; run_* are called by name.
# shellcheck disable=SC2016,SC2034,SC2317,SC1091
set -euo pipefail

program=$(realpath "${1:?usage: cm.sh PROGRAM}")
[ -x "$program" ] || { echo "no program: $program" >&2; exit 1; }
make=$(realpath "$(dirname "${BASH_SOURCE[0]}")/make_cm_log.py")
megabytes=${BENCH_MB:-1024}
runs=${BENCH_RUNS:-5}
[ "$runs" -ge 5 ] || runs=5
export LC_ALL=C.UTF-8 TZ=UTC

work=$(mktemp -d "${TMPDIR:-/tmp}/dismal-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. "${BASH_SOURCE[0]%/*}/contenders.sh"

# One pattern over the whole of the bytes, as a script by hand would do it; counts records.
cat >"$work/count.py" <<'END'
import mmap, re, sys
heads = {
    "dollar": rb"^([^\r\n]*?) *\$\$<([^>\r\n]+)><(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d):(\d\d)\.(\d{3})([+-]\d+)><thread=(\d+) ",
    "ccm": rb"<!\[LOG\[((?:.|\n)*?)\]LOG\]!><time=\"(\d\d):(\d\d):(\d\d)\.(\d+)([+-]\d+)?\" date=\"(\d+)-(\d+)-(\d{4})\" "
           rb"component=\"([^\"]*)\" context=\"([^\"]*)\" type=\"(\d*)\" thread=\"(\d*)\" file=\"([^\"]*)\">",
}
pattern = re.compile(heads[sys.argv[1]], re.M)
with open(sys.argv[2], "rb") as log, mmap.mmap(log.fileno(), 0, access=mmap.ACCESS_READ) as whole:
    print(sum(1 for _ in pattern.finditer(whole)))
END

# lnav knows neither form: this is how it is told.
mkdir -p "$work/.lnav/formats/installed"
cat >"$work/.lnav/formats/installed/configmgr.json" <<'END'
{
  "$schema": "https://lnav.org/schemas/format-v1.schema.json",
  "cm_dollar": {
    "title": "ConfigMgr site server", "description": "lines that end in $$<...>", "multiline": false,
    "regex": {"std": {"pattern":
      "^(?<body>.*?) *\\$\\$<(?<component>[^>]+)><(?<timestamp>\\d{2}-\\d{2}-\\d{4} \\d{2}:\\d{2}:\\d{2}\\.\\d{3})(?<bias>[+-]\\d+)><thread=(?<thread>\\d+) [^>]*>"}},
    "timestamp-format": ["%m-%d-%Y %H:%M:%S.%L"],
    "value": {"component": {"kind": "string", "identifier": true}, "bias": {"kind": "string"}, "thread": {"kind": "string", "identifier": true}},
    "sample": [{"line": "Schedule processing failed  $$<SMS_OFFLINE_SERVICING_MANAGER><05-11-2018 11:20:42.971+240><thread=7652 (0x1DE4)>"}]
  },
  "cm_ccm": {
    "title": "ConfigMgr client", "description": "<![LOG[...]LOG]!>", "multiline": false,
    "regex": {"std": {"pattern":
      "^<!\\[LOG\\[(?<body>.*)\\]LOG\\]!><time=\"(?<timestamp>\\d{2}:\\d{2}:\\d{2}\\.\\d{3}[+-]\\d+\" date=\"\\d{2}-\\d{2}-\\d{4})\" component=\"(?<component>[^\"]*)\" context=\"[^\"]*\" type=\"(?<kind>\\d)\" thread=\"(?<thread>\\d*)\" file=\"[^\"]*\">"}},
    "timestamp-format": ["%H:%M:%S.%L+240\" date=\"%m-%d-%Y"],
    "level-field": "kind", "level": {"error": "3", "warning": "2"},
    "value": {"component": {"kind": "string", "identifier": true}, "thread": {"kind": "string", "identifier": true}, "kind": {"kind": "string"}},
    "sample": [{"line": "<![LOG[Done]LOG]!><time=\"01:00:08.684+240\" date=\"01-01-2001\" component=\"WUAHandler\" context=\"\" type=\"1\" thread=\"2000\" file=\"a.cpp:388\">"}]
  }
}
END

log=$work/log slice=$work/slice.log form=
run_jobs1() { timed "$program" scan --quiet --jobs 1 --format json "$log" | cat >/dev/null; }
run_jobs2() { timed "$program" scan --quiet --jobs 2 --format json "$log" | cat >/dev/null; }
run_lnav() {
	HOME=$work timed lnav -n -c ';SELECT log_level, count(*) FROM all_logs GROUP BY log_level' \
		"$slice" </dev/null >"$work/lnav.out"
}
run_python() { timed python3 "$work/count.py" "$form" "$slice" >"$work/python.out"; }

# bench FORM TITLE
bench() {
	form=$1
	contenders=()
	rm -f "$work"/*.times
	python3 "$make" "$form" $((megabytes * 1024 * 1024)) >"$log"
	# The slow ones read a sixteenth.
	python3 "$make" "$form" $((megabytes * 1024 * 1024 / 16)) >"$slice"
	all=$(stat -c %s "$log")
	small=$(stat -c %s "$slice")
	add jobs1 "$all" '`dismal scan --jobs 1`, full report'
	add jobs2 "$all" '`dismal scan --jobs 2`, full report'
	if command -v lnav >/dev/null; then
		add lnav "$small" '`lnav -n`, records by level, on a slice'
	fi
	add python "$small" '`python3`, one pattern a record, on a slice'
	measure
	printf '\n%s: %s, %s processors, %d runs each, medians; %d MB, slice %d MB\n\n' \
		"$2" "$(processor)" "$(nproc)" "$runs" $((all / 1000000)) $((small / 1000000))
	print_table 'times the speed of `--jobs 1`'
	rm -f "$log" "$slice"
}

# memory FORM TITLE: what a stream takes that is larger than any memory.
memory() {
	result=$work/memory.times
	rm -f "$result"
	python3 "$make" "$1" 10000000000 |
		timed "$program" scan --quiet --jobs 1 --format json - 2>"$work/memory.err" |
		wc -c >"$work/memory.out" || true
	awk -v o="$(cat "$work/memory.out")" -v n="$2" \
		'{ printf "\n%s, 10 GB through standard input, `--jobs 1`: %.0f s, peak RSS %.1f MB, report %.1f MB\n",
		n, $1, $2 * 1024 / 1e6, o / 1e6 }' "$result"
}

bench dollar 'OfflineServicingMgr.log'
bench ccm "a client's logs"
if [ "${BENCH_10GB:-0}" = 1 ]; then
	memory dollar 'OfflineServicingMgr.log'
	memory ccm "A client's logs"
fi
