#!/bin/bash
# Speed and memory of dismal beside rg, lnav and python, as a markdown table.
#	run.sh PROGRAM
#	BENCH_MB     how much to read, default 1024
#	BENCH_RUNS   rounds, default and least 5
#	BENCH_10GB   1: also 10 GB through standard input, for the memory alone
#	BENCH_LOGS   a folder with cbs/*.log and dism/*.log; default ../shared/corpus
# Backquotes in single quotes are markdown; run_* are called by name.
# shellcheck disable=SC2016,SC2034,SC2317,SC1091
set -euo pipefail

program=$(realpath "${1:?usage: run.sh PROGRAM}")
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
logs=${BENCH_LOGS:-$root/../shared/corpus}
megabytes=${BENCH_MB:-1024}
runs=${BENCH_RUNS:-5}
[ "$runs" -ge 5 ] || runs=5
export LC_ALL=C.UTF-8 TZ=UTC

work=$(mktemp -d "${TMPDIR:-/tmp}/dismal-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. "${BASH_SOURCE[0]%/*}/contenders.sh"

# seed KIND: the logs of a kind behind each other, each with a line end; UTF-16 left out,
# since no neighbour reads it.
seed() {
	local file files=("$logs/$1"/*.log)
	if [ ! -e "${files[0]}" ]; then
		mapfile -t files < <(find "$root/fixtures/$1-log" -name '*.log' | sort)
		echo "no logs in $logs/$1: the fixtures are repeated instead" >&2
	fi
	for file in "${files[@]}"; do
		case $(head -c 2 "$file" | od -An -tx1 | tr -d ' ') in
		fffe | feff | 1f8b) continue ;;
		esac
		cat "$file"
		echo
	done
}

# grow SEED BYTES: the seed again and again, whole, until there is enough.
grow() {
	local size
	size=$(stat -c %s "$1")
	local times=$((($2 + size - 1) / size))
	while [ "$times" -gt 0 ]; do
		cat "$1"
		times=$((times - 1))
	done
}

seed cbs >"$work/cbs.seed"
seed dism >"$work/dism.seed"
half=$((megabytes * 1024 * 1024 / 2))
grow "$work/cbs.seed" "$half" >"$work/cbs.log"
grow "$work/dism.seed" "$half" >"$work/dism.log"
# The slow ones read a slice of both: a sixteenth, but no less than one seed.
grow "$work/cbs.seed" $((half / 16)) >"$work/slice.log"
grow "$work/dism.seed" $((half / 16)) >>"$work/slice.log"
all=$(cat "$work/cbs.log" "$work/dism.log" | wc -c)
slice=$(stat -c %s "$work/slice.log")

head='^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}, (Info|Warning|Error) +(CBS|CSI|DISM) '
cat >"$work/count.py" <<'END'
import re, sys
head = re.compile(rb"^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d), (Info|Warning|Error) +(CBS|CSI|DISM) +(.*)")
with open(sys.argv[1], "rb") as log:
    print(sum(1 for line in log if head.match(line)))
END

both=("$work/cbs.log" "$work/dism.log")
run_jobs1() { timed "$program" scan --quiet --jobs 1 --format json "${both[@]}" | cat >/dev/null; }
run_jobs2() { timed "$program" scan --quiet --jobs 2 --format json "${both[@]}" | cat >/dev/null; }
run_literals1() { timed rg -j1 -c -F -e Failed -e Package_for -e 0x800f "${both[@]}" | cat >/dev/null; }
run_literals2() { timed rg -j2 -c -F -e Failed -e Package_for -e 0x800f "${both[@]}" | cat >/dev/null; }
run_head1() { timed rg -j1 -c "$head" "${both[@]}" | cat >/dev/null; }
run_head2() { timed rg -j2 -c "$head" "${both[@]}" | cat >/dev/null; }
run_python() { timed python3 "$work/count.py" "$work/slice.log" | cat >/dev/null; }
run_lnav() {
	HOME=$work timed lnav -n -c ';SELECT count(*) FROM all_logs WHERE log_level = '"'error'" \
		"$work/slice.log" </dev/null | cat >/dev/null
}

add jobs1 "$all" '`dismal scan --jobs 1`, full report'
add jobs2 "$all" '`dismal scan --jobs 2`, full report'
if command -v rg >/dev/null; then
	add literals1 "$all" '`rg -j1 -c`, three literals'
	add literals2 "$all" '`rg -j2 -c`, three literals'
	add head1 "$all" '`rg -j1 -c`, line-head pattern'
	add head2 "$all" '`rg -j2 -c`, line-head pattern'
fi
if command -v lnav >/dev/null; then
	add lnav "$slice" '`lnav -n`, count of error lines, on a slice'
fi
add python "$slice" '`python3`, one pattern a line, on a slice'

measure

printf '%s, %s processors, %d runs each, medians; %d MB of logs, slice %d MB\n\n' \
	"$(processor)" "$(nproc)" "$runs" $((all / 1000000)) $((slice / 1000000))
print_table 'times the speed of `--jobs 1`'

if [ "${BENCH_10GB:-0}" = 1 ]; then
	result=$work/memory.times
	size=$(stat -c %s "$work/cbs.seed")
	grow "$work/cbs.seed" 10000000000 |
		timed "$program" scan --quiet --jobs 2 --format json - 2>"$work/memory.err" |
		wc -c >"$work/memory.out" || true
	awk -v o="$(cat "$work/memory.out")" '{ printf "\n10 GB through standard input, `--jobs 2`: %.0f s, peak RSS %.1f MB, report %.1f MB\n",
		$1, $2 * 1024 / 1e6, o / 1e6 }' "$work/memory.times"
fi
