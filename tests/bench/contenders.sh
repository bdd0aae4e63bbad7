#!/bin/bash
# Programs measured in turns, for the benchmarks: sourced, with $work (a folder) and $runs set.
# `add NAME BYTES WORDS` makes a contender; what it runs is the function run_NAME, which calls
# `timed COMMAND...` for the part that counts.
# shellcheck disable=SC2154

contenders=()
declare -A size_of note_of
add() {
	contenders+=("$1")
	size_of[$1]=$2
	note_of[$1]=$3
}

# timed COMMAND...: appends "seconds kilobytes" to $result.
timed() {
	/usr/bin/time -q -a -o "$result" -f '%e %M' "$@"
}

# once NAME: one run; exit codes are not judged: rg and dismal use them for answers.
once() {
	result=$work/$1.times
	"run_$1" 2>"$work/$1.err" || true
}

# All of them, in turns; a round before the first warms the page cache and is not counted.
measure() {
	local name
	for name in "${contenders[@]}"; do
		once "$name"
		rm -f "$work/$name.times"
	done
	for _ in $(seq "$runs"); do
		for name in "${contenders[@]}"; do
			once "$name"
		done
	done
}

# median COLUMN FILE
median() {
	awk -v c="$1" '{ print $c }' "$2" | sort -n | awk '{ v[NR] = $1 }
		END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# print_table COLUMN: medians as markdown; COLUMN heads the speed as a multiple of the first's.
print_table() {
	local name seconds peak speed base=
	echo "| program | seconds | MB/s | $1 | peak RSS, MB |"
	echo '|---|---:|---:|---:|---:|'
	for name in "${contenders[@]}"; do
		seconds=$(median 1 "$work/$name.times")
		peak=$(median 2 "$work/$name.times")
		speed=$(awk -v s="$seconds" -v b="${size_of[$name]}" 'BEGIN { printf "%.1f", b / 1e6 / (s > 0 ? s : 0.01) }')
		base=${base:-$speed}
		awk -v n="${note_of[$name]}" -v s="$seconds" -v v="$speed" -v b="$base" -v p="$peak" \
			'BEGIN { printf "| %s | %.2f | %.0f | %.2f | %.1f |\n", n, s, v, v / b, p * 1024 / 1e6 }'
	done
}

processor() {
	sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1
}
