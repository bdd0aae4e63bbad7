#!/bin/sh
# The program from outside: exit codes, messages, and what goes to which stream.
#	cli.sh [PROGRAM]        (or the program in $DISMAL)
set -u

program=${1:-${DISMAL:-}}
[ -n "$program" ] || { echo "usage: cli.sh PROGRAM" >&2; exit 2; }
case $program in
/*) ;;
*) program=$PWD/$program ;;
esac
[ -x "$program" ] || { echo "no program '$program'" >&2; exit 77; }

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset NO_COLOR
failed=0
code=0

fault() {
	printf 'FAILED: %s: %s\n' "$what" "$1"
	sed 's/^/	stderr: /' err
	failed=$((failed + 1))
}

# try CODE WORD...: runs the program, holds its exit code; leaves `out` and `err`.
try() {
	want=$1
	shift
	what="dismal $*"
	"$program" "$@" >out 2>err </dev/null
	code=$?
	[ "$code" -eq "$want" ] || fault "exit code $code, not $want"
}

says() { # standard error holds this
	grep -qF -e "$1" err || fault "does not say: $1"
}

prints() { # standard output holds this
	grep -qF -e "$1" out || fault "does not print: $1"
}

one_line() {
	[ "$(wc -l <err)" -eq 1 ] || fault "says $(wc -l <err) lines, not one"
}

once() { # exactly one line names it
	[ "$(grep -cF -e "$1" err)" -eq 1 ] || fault "does not name once: $1"
}

silent() {
	[ ! -s err ] || fault "is not silent"
}

prints_nothing() {
	[ ! -s out ] || fault "prints on standard output"
}

absent() {
	[ ! -e "$1" ] || fault "wrote $1"
}

# ---- Inputs -----------------------------------------------------------------------------
mkdir logs empty unknown
line() {
	printf '2024-03-12 %s, %-21s %-6s %s\r\n' "$1" "$2" "$3" "$4"
}
{
	line 10:00:00 Info DISM 'DISM.EXE: <----- Starting DISM.exe session ----->'
	line 10:00:00 Info DISM 'DISM.EXE: Host machine information: OS Version=10.0.19041, Running architecture=amd64, Number of processors=4'
	line 10:00:00 Info DISM 'DISM.EXE: Dism.exe version: 10.0.19041.844'
	line 10:00:00 Info DISM 'DISM.EXE: Executing command line: dism.exe  /online /get-packages'
	line 10:00:02 Info DISM 'DISM.EXE: Image session has been closed. Reboot required=no.'
	line 10:00:02 Info DISM 'DISM.EXE: <----- Ending DISM.exe session ----->'
} >logs/dism.log
cp logs/dism.log plain.log
sed 's|/get-packages|/add-package /packagepath:C:\\kb5970001.cab|' plain.log >add.log
gzip -c plain.log >packed.log.gz
head -c "$(($(wc -c <packed.log.gz) / 2))" packed.log.gz >torn.log.gz
printf 'dear diary\nnothing happened\n' >diary.txt
cp diary.txt unknown/diary.txt
head -c "$(($(wc -c <plain.log) - 10))" plain.log >cut.log

# ---- Help and usage ---------------------------------------------------------------------
try 2
says 'examples:'
prints_nothing
try 0 --help
prints 'examples:'
silent
try 0 --version
prints 'dismal '
for command in scan facts formats explain; do
	try 0 "$command" --help
	prints "dismal $command"
	silent
done
for command in timeline check diff verify; do
	try 2 "$command" plain.log
	one_line
	says 'not in this version'
done
try 0 formats
prints 'dism-log'
prints 'ndjson'
prints 'libxml2'
try 2 scna plain.log
says "did you mean 'scan'"
try 2 plain.log
says 'dismal scan plain.log'
try 2 scan
one_line

usage() { # usage MESSAGE WORD...: exit code 2, one line, nothing printed
	message=$1
	shift
	try 2 "$@"
	one_line
	says "$message"
	prints_nothing
}
usage "unknown option '--fromat', did you mean '--format'?" scan --fromat json plain.log
usage "unknown option '--bogus'" scan --bogus plain.log
usage "option '--format' needs a value" scan plain.log --format
usage "option '--wide' takes no value" scan --wide=yes plain.log
usage "'--timezone Mars'" scan --timezone Mars plain.log
usage "'--timezone plain.log=Mars'" scan --timezone=plain.log=Mars plain.log
usage "'--rows rubbish'" scan --rows rubbish plain.log
usage "'--rows all': csv holds one class a file" scan --rows all --format csv plain.log
usage 'csv holds one class a file' scan -o rows.csv --rows all plain.log
usage "'--rows all': adminservice holds one class a file" scan --rows all --format adminservice plain.log
for format in mof cim-xml adminservice; do
	usage "'--rows images': images are no class of ConfigMgr, and $format" scan --rows images --format $format plain.log
	usage "$format writes classes alone" scan -o $format=rows.x --rows images plain.log
done
usage "'--format sqlite'" scan --format sqlite plain.log
usage "'--format rubbish'" scan --format rubbish plain.log
usage "'--index 0': indexes run from 1" scan --index 0 plain.log
usage 'indexes run from 1' scan --index 2147483648 plain.log
usage "'--index 5-3': a range runs from the lower" scan --index 5-3 plain.log
for words in '' ',' '1,' '1,,2' x 1-x 1- -1 -3 '1 2' 1-2-3 0x1; do
	usage "'--index $words': write numbers and ranges" scan "--index=$words" plain.log
done
usage 'too many' scan --index "$(seq -s, 1 2 131)" plain.log
for words in '' a a=b a=:1 =b:1 a=b:0 a=b: a=b:x; do
	usage "'--join $words': " scan "--join=$words" plain.log
done
usage "'--jobs -1'" scan --jobs -1 plain.log
usage "'--width 10'" scan --width 10 plain.log
usage "did you mean 'dism-log'" scan --as dsm-log plain.log
usage "'dismal facts' has no option '--rows'" facts --rows view plain.log
printf 'CI_ID,KB,Title\n16780101,KB5970001,Contoso\n' >updates.csv
printf 'Container,ImagePackageID\ninstall.wim,ABC0000A\n' >images.csv
usage "'--updates map.csv': cannot open it: No such file" scan --updates map.csv plain.log
usage "'--images map.csv': cannot open it: No such file" facts --images map.csv plain.log
usage "'--updates logs': cannot open it: Is a directory" scan --updates logs plain.log
usage "'--updates -': a file is wanted" scan --updates - plain.log
usage "'--images ': a file is wanted" scan --images= plain.log
usage "'--updates diary.txt': no column CI_ID, no column KB" scan --updates diary.txt plain.log
usage "'--updates images.csv': no column CI_ID, no column KB" scan --updates images.csv plain.log
usage "'--images updates.csv': no column Container" scan --images updates.csv plain.log
usage "'--updates updates.csv': given twice" scan --updates updates.csv --updates updates.csv plain.log
usage "'--as updates-map': such a file is given as '--updates FILE'" scan --as updates-map updates.csv
printf 'CI_ID,KB,Container,Name\n' >both.csv
usage "'--images both.csv': it is the file of '--updates'" scan --updates both.csv --images both.csv plain.log
usage "it is the input 'updates.csv'" scan --updates updates.csv -o csv=updates.csv plain.log
usage 'can be read only once' scan - -
usage 'tells no format' scan -o report.rubbish plain.log

# ---- Maps --------------------------------------------------------------------------------
try 0 scan --format json --updates updates.csv --images images.csv add.log
prints '"updates-map"'
prints '"images-map"'
try 0 facts --updates updates.csv plain.log
prints '"map-update"'
try 4 scan --updates updates.csv diary.txt # a map alone is no evidence
try 3 scan --image-package-id updates.csv=ABC0000A --updates updates.csv plain.log
says 'an option is bound to an input that was not given: updates.csv'
cp updates.csv logs/updates.csv # the folder that is read holds the map
try 0 scan --updates logs/updates.csv logs
[ "$(grep -c updates.csv err)" -eq 0 ] || fault 'speaks of the map'
try 0 scan --updates logs/updates.csv logs/*
rm logs/updates.csv
gzip -c updates.csv >updates.csv.gz
try 0 facts --updates updates.csv.gz plain.log
prints '"UpdateID":16780101'

# ---- What can be read, and what cannot ---------------------------------------------------
try 0 scan plain.log
try 0 scan --quiet --format=json plain.log
silent
prints '"schema"'
for format in table json ndjson csv; do
	try 0 scan --format "$format" plain.log
	cp out "$format.here"
	try 0 scan --format "$format" --rows history plain.log
done
try 0 scan --rows images --format csv plain.log
prints 'ImagePackageID,ImagePackageIDDerived,ImageIndex,Name,'
try 0 scan --rows images --format ndjson add.log
prints '{"Class":"Image","ImagePackageID":"online",'
try 0 scan --rows images --format json plain.log
cmp -s out json.here || fault 'json does not hold the whole report'
try 0 scan --rows images plain.log
try 0 scan --rows all --format ndjson add.log
prints '"Class":"Image"'
prints '"Class":"SMS_ImageUpdateHistory"'
try 0 scan --rows all plain.log
prints 'SMS_ImageUpdateHistory'
try 3 scan --index "$(seq -s, 1 2 127)" --join 'C:\mount=install.wim:3' plain.log
try 0 facts --index 1,3-5 plain.log
try 0 scan packed.log.gz
try 0 scan logs
try 0 scan -- plain.log
try 0 scan --timezone -05:00 plain.log
try 0 scan --allow-unknown plain.log
try 0 scan --as dism-log plain.log
try 0 facts plain.log
prints '"'
try 0 facts --unknown plain.log

what='dismal scan - <plain.log'
"$program" scan --format json - <plain.log >out 2>err
code=$?
[ "$code" -eq 0 ] || fault "exit code $code, not 0"
prints '"format": "dism-log"'

try 4 scan missing.log
one_line
says "cannot open 'missing.log': No such file or directory"
try 3 scan plain.log missing.log
once 'missing.log'
says 'exit code 3'
try 0 scan --allow-unknown plain.log missing.log
once 'missing.log'
try 4 scan diary.txt
once 'diary.txt'
says 'no reader knows'
says 'dism'
try 3 scan plain.log diary.txt
once 'diary.txt'
try 4 scan empty
says 'empty'
try 4 scan unknown
says 'unknown'
try 3 scan torn.log.gz plain.log
says 'torn.log.gz'
try 0 scan cut.log
try 3 scan --strict cut.log
says "'--strict'"
try 0 scan --strict --allow-unknown cut.log

# ---- Outputs -----------------------------------------------------------------------------
try 0 scan -o report.json -o csv=rows.txt --format ndjson plain.log
cmp -s report.json json.here || { sed 's/^/	/' report.json; fault 'report.json is not the JSON report'; }
cmp -s rows.txt csv.here || fault 'rows.txt is not the CSV report'
cmp -s out ndjson.here || fault 'standard output changed'
usage 'lies in the input' scan -o logs/report.json logs
absent logs/report.json
usage 'is the input' scan -o json=plain.log plain.log
ln plain.log link.log
usage 'is the input' scan -o json=link.log plain.log
ln -s "$work/logs" door
usage 'lies in the input' scan -o door/report.json logs
absent logs/report.json
usage 'cannot write' scan -o nowhere/report.json plain.log
usage 'it is a folder' scan -o json=empty plain.log
usage 'named twice' scan -o report.json -o report.json plain.log
cmp -s plain.log logs/dism.log || fault 'an input was changed'
[ -z "$(find . -name '.*.[0-9]*-[0-9]*')" ] || fault 'a temporary file stayed'

if [ -w /dev/full ]; then
	what='dismal scan >/dev/full'
	for words in 'scan --format json' facts formats --help --version; do
		# The words are meant to be split.
		# shellcheck disable=SC2086
		case $words in
		scan* | facts) "$program" $words plain.log >/dev/full 2>err ;;
		*) "$program" $words >/dev/full 2>err ;;
		esac
		code=$?
		[ "$code" -eq 5 ] || fault "$words: exit code $code, not 5"
		says 'No space left on device'
	done
	try 5 scan -o json=/dev/full plain.log
	says "cannot write '/dev/full'"
fi

# Nobody reads: quiet, and no success.
what='dismal scan | true'
mkfifo pipe
for words in 'scan --format json' facts; do
	# shellcheck disable=SC2086
	{ "$program" $words plain.log >pipe 2>err; echo $? >code; } &
	: <pipe
	wait
	case $(cat code) in
	0 | 5) ;; # 0: all of it was written before the reader went
	*) fault "$words: exit code $(cat code)" ;;
	esac
	! grep -q 'cannot write' err || fault "$words is not quiet"
done

what='dismal scan >&-'
"$program" scan --format json plain.log >&- 2>err
code=$?
[ "$code" -eq 5 ] || fault "exit code $code, not 5"

# ---- The terminal is safe, a pipe is plain ------------------------------------------------
escape=$(printf '\033')
bell=$(printf 'x\033[31m\ny.log')
try 4 scan "$bell"
one_line
! grep -qF "$escape" err || fault 'a control character reached standard error'
try 0 scan plain.log
! grep -qF "$escape" out || fault 'colour in a pipe'
what='dismal scan from another folder'
(cd logs && "$program" scan --format json ../plain.log) >out 2>err
cmp -s out json.here || fault 'the report depends on the folder'

[ "$failed" -eq 0 ] && echo "all as it should be"
[ "$failed" -eq 0 ]
