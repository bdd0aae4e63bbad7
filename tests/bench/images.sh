#!/bin/bash
# Speed and memory of reading whole images, beside wimlib-imagex, as a markdown table.
#	images.sh PROGRAM FOLDER
# FOLDER keeps the generated images: a second run is quick.
#	BENCH_RUNS       rounds, default and least 5
#	BENCH_MANIFESTS  of an index, default 4000
#	BENCH_HIVE_MB    of an index, default 128
#	BENCH_OTHERS     other files of an index, default 20000
# Backquotes in single quotes are markdown.
# shellcheck disable=SC2016
set -euo pipefail

program=$(realpath "${1:?usage: images.sh PROGRAM FOLDER}")
keep=${2:?usage: images.sh PROGRAM FOLDER}
make=$(realpath "$(dirname "${BASH_SOURCE[0]}")/make_images.py")
manifests=${BENCH_MANIFESTS:-4000}
hive=${BENCH_HIVE_MB:-128}
others=${BENCH_OTHERS:-20000}
runs=${BENCH_RUNS:-5}
[ "$runs" -ge 5 ] || runs=5
export LC_ALL=C.UTF-8 TZ=UTC

work=$(mktemp -d "${TMPDIR:-/tmp}/dismal-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

images=$keep/images-$manifests-$hive-$others
mkdir -p "$images"
images=$(realpath "$images")

quietly() {
	"$@" >"$work/said" 2>&1 || {
		cat "$work/said" >&2
		return 1
	}
}

# capture COUNT WIM: the trees as indexes of one WIM.
capture() {
	local index verb=capture
	for index in $(seq "$1"); do
		quietly wimlib-imagex "$verb" "$work/trees/index-$index" "$2" "Index $index" --compress=LZX
		verb=append
	done
}

# shrink WIM COUNT: the same with a SOFTWARE hive that holds nothing but the packages.
shrink() {
	local index
	for index in $(seq "$2"); do
		quietly wimlib-imagex update "$1" "$index" --command \
			"add $work/small/index-$index/Windows/System32/config/SOFTWARE /Windows/System32/config/SOFTWARE"
	done
	quietly wimlib-imagex optimize "$1"
}

generate() {
	echo "writing images of $manifests manifests, $hive MiB of hive, $others other files to $images" >&2
	mkdir "$work/trees" "$work/small" "$work/new"
	python3 "$make" "$work/trees" 8 "$manifests" "$hive" "$others"
	python3 "$make" "$work/small" 8 "$manifests" 0 0
	capture 4 "$work/new/four.wim"
	capture 8 "$work/new/eight.wim"
	quietly wimlib-imagex export "$work/new/four.wim" all "$work/new/four.esd" --solid
	for name in four eight; do
		cp "$work/new/$name.wim" "$work/new/$name-small.wim"
	done
	shrink "$work/new/four-small.wim" 4
	shrink "$work/new/eight-small.wim" 8
	rm -r "$work/trees" "$work/small"
	mv "$work/new"/* "$images"
}

[ -e "$images/eight-small.wim" ] || generate

# What dismal reads of an image.
cat >"$work/list" <<'END'
/Windows/servicing/Packages/*.mum
/Windows/servicing/Sessions/Sessions.xml
/Windows/System32/config/SOFTWARE
/Windows/System32/config/SYSTEM
/Windows/Logs/CBS/CBS.log
END

# As a person would: one call an index.
cat >"$work/extract" <<'END'
for index in $(seq "$2"); do
	wimlib-imagex extract "$1" "$index" "@$3" --dest-dir="$4/$index" --preserve-dir-structure \
		--no-acls --no-attributes --quiet || exit
done
END

timed() {
	/usr/bin/time -q -a -o "$result" -f '%e %M' "$@"
}

names=(four.wim four.esd eight.wim four-small.wim eight-small.wim)
declare -A count_of=([four.wim]=4 [four.esd]=4 [eight.wim]=8 [four-small.wim]=4 [eight-small.wim]=8)
declare -A note_of=([four.wim]='4 indexes, LZX' [four.esd]='4 indexes, solid' [eight.wim]='8 indexes, LZX'
	[four-small.wim]='4 indexes, LZX, small hives' [eight-small.wim]='8 indexes, LZX, small hives')

# once NAME: exit code 1 is an answer of dismal's.
once() {
	result=$work/$1.dismal
	timed "$program" scan --quiet "$images/$1" | cat >/dev/null || true
	result=$work/$1.wimlib
	mkdir "$work/out"
	timed bash "$work/extract" "$images/$1" "${count_of[$1]}" "$work/list" "$work/out"
	rm -r "$work/out"
}

for name in "${names[@]}"; do # a round to warm the page cache, not counted
	once "$name"
	rm "$work/$name.dismal" "$work/$name.wimlib"
done
for _ in $(seq "$runs"); do
	for name in "${names[@]}"; do
		once "$name"
	done
done

# median COLUMN FILE
median() {
	awk -v c="$1" '{ print $c }' "$2" | sort -n | awk '{ v[NR] = $1 }
		END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

printf '\n%s, %s processors, %d runs each, medians, load %s; an index: %d manifests, %d MiB SOFTWARE, %d other files\n\n' \
	"$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$runs" \
	"$(cut -d ' ' -f 1 /proc/loadavg)" "$manifests" "$hive" "$others"
echo '| image | `dismal scan`, s | `wimlib-imagex extract`, s | share | peak RSS of dismal, MB | of wimlib, MB |'
echo '|---|---:|---:|---:|---:|---:|'
for name in "${names[@]}"; do
	awk -v n="${note_of[$name]}" -v d="$(median 1 "$work/$name.dismal")" -v w="$(median 1 "$work/$name.wimlib")" \
		-v p="$(median 2 "$work/$name.dismal")" -v q="$(median 2 "$work/$name.wimlib")" \
		'BEGIN { printf "| %s | %.2f | %.2f | %.2f | %.0f | %.0f |\n", n, d, w, d / w, p * 1024 / 1e6, q * 1024 / 1e6 }'
done
awk -v a="$(median 1 "$work/four-small.wim.dismal")" -v b="$(median 1 "$work/eight-small.wim.dismal")" \
	'BEGIN { printf "\n8 indexes take %.2f times as long as 4, apart from the hives.\n", b / a }'
