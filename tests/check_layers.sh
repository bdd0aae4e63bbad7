#!/bin/sh
# Proves the layers: base <- model <- {source, parsers, emit} <- core <- cmd. Fails with
# the line that includes upwards or sideways, or that prints or exits below cmd.
#	check_layers.sh [CHECKOUT]
set -eu

root=${1:-$(dirname "$0")/..}
cd "$root"
status=0

# code_of FILE: the file with comments gone and strings emptied, line by line as it was.
# With `keep` set strings stay: #include lines need them.
code_of() {
	awk -v keep="${2:-0}" '
	{
		out = ""
		rest = $0
		while (rest != "") {
			if (comment) {
				end = index(rest, "*/")
				if (!end)
					break
				comment = 0
				rest = substr(rest, end + 2)
				continue
			}
			if (!match(rest, /\/\*|\/\/|["\047]/)) {
				out = out rest
				break
			}
			mark = substr(rest, RSTART, RLENGTH)
			out = out substr(rest, 1, RSTART - 1)
			rest = substr(rest, RSTART + RLENGTH)
			if (mark == "//")
				break
			if (mark == "/*") {
				comment = 1
				continue
			}
			text = ""
			while (rest != "") {
				letter = substr(rest, 1, 1)
				rest = substr(rest, 2)
				if (letter == "\\") {
					text = text letter substr(rest, 1, 1)
					rest = substr(rest, 2)
					continue
				}
				if (letter == mark)
					break
				text = text letter
			}
			out = out mark (keep ? text : "") mark
		}
		print out
	}' "$1"
}

complain() {
	printf '%s\n' "$1" >&2
	status=1
}

# check_includes FILE LAYER ALLOWED...: quoted includes name an allowed layer, or a file
# of the same folder.
check_includes() {
	file=$1 layer=$2
	shift 2
	code_of "$file" 1 | grep -n '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' |
	sed 's/^\([0-9]*\):[^"]*"\([^"]*\)".*/\1 \2/' |
	while read -r number path; do
		case $path in
		*..*) target=.. ;;
		*/*) target=${path%%/*} ;;
		*) [ -e "$(dirname "$file")/$path" ] && target=$layer || target=${path%.h} ;;
		esac
		for allowed; do
			[ "$target" = "$allowed" ] && continue 2
		done
		echo "$file:$number: $layer may not include \"$path\""
	done
}

# check_silence FILE: library code gives its caller data, never a terminal a line.
check_silence() {
	code_of "$1" |
	grep -nE '(^|[^[:alnum:]_])((v?printf|puts|putchar|perror|_?exit|_Exit|quick_exit|abort|system|popen|errx?|warnx?)[[:space:]]*\(|stdout|stderr|STDOUT_FILENO|STDERR_FILENO)' |
	sed "s|^\([0-9]*\):|$1:\1: library code never prints and never exits: |"
}

# check LAYER FOLDER ALLOWED...
check() {
	layer=$1 folder=$2
	shift 2
	for file in "$folder"/*.[ch] "$folder"/*.def; do
		[ -e "$file" ] || continue
		lines=$(check_includes "$file" "$layer" "$@")
		[ -z "$lines" ] || complain "$lines"
		lines=$(check_silence "$file")
		[ -z "$lines" ] || complain "$lines"
	done
}

check base src/base base
check model src/model base model
check source src/source base model source
check parsers parsers base model parsers
check emit src/emit base model emit
check core src/core base model source parsers emit core version

for folder in src/*/; do
	case $folder in
	src/base/ | src/model/ | src/source/ | src/emit/ | src/core/) ;;
	*) complain "$folder: a folder that belongs to no layer" ;;
	esac
done

[ "$status" -ne 0 ] || echo "layers hold"
exit "$status"
