#!/bin/sh
# README.md, the user guide and the formats show what the program prints: their examples, run again; that of an
# image where the program reads images and the tools that make one are there.
set -eu
cd "$DISMAL_SOURCE"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shown FILE COMMAND: what stands in a text block of the file behind the command.
shown() {
	command="\$ $2" awk '
	$0 == ENVIRON["command"] { on = 1; goes_on = /\\$/; next }
	goes_on { goes_on = /\\$/; next }
	on && (/^```/ || /^\$ /) { exit }
	on { print }' "$1" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# check FILE COMMAND INPUT...
check() {
	file=$1 command=$2
	shift 2
	shown "$file" "$command" >"$work/shown"
	"$DISMAL" scan "$@" >"$work/printed" 2>/dev/null || true
	diff -u "$work/shown" "$work/printed" || {
		echo "$file: '$command' prints something else" >&2
		exit 1
	}
}

image=
"$DISMAL" formats >"$work/formats"
if grep -q '^  with  .*(WITH_WIM)' "$work/formats" && grep -q '^  with  .*(WITH_HIVE)' "$work/formats" &&
	command -v python3 >/dev/null && command -v wimlib-imagex >/dev/null &&
	command -v hivexregedit >/dev/null; then
	python3 -B tests/images/build_images.py fixtures/_images "$work" two-indexes
	image=$work/two-indexes/install.wim/install.wim
fi
for file in README.md docs/user-guide.md; do
	check "$file" "dismal scan \\" fixtures/dism-log/offline-add-commit/dism.log \
		fixtures/dism-log/offline-not-applicable-parent-absent/dism.log
	[ -z "$image" ] || check "$file" 'dismal scan install.wim' "$image"
done

for format in mof cim-xml adminservice; do
	check docs/output-formats.md "dismal scan --format $format dism.log" --format "$format" \
		fixtures/dism-log/offline-not-applicable-parent-absent/dism.log
done
