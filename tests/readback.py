"""Every class through every output, read back and compared with the JSON value by value.

	readback.py PROGRAM SOURCE NASTY_ROWS

The readers are those of tests/readback: a MOF grammar, a DTD and expat, and Python's own for
JSON and CSV. Reads every fixture, then a report of values that try the quoting.
"""
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(1, str(pathlib.Path(__file__).parent / "readback"))

import adminservice
import cim_xml
import mof
from cases import fixture
from classes import CLASSES, INTEGER, PROPERTIES, TEXT, Fault

failures = 0
values = 0


def fault(name, words):
    global failures
    failures += 1
    print(f"FAILED: {name}: {words}")


def read_csv(data, name):
    """Null and the empty text are one; an apostrophe stands before what looks like a formula."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    if lines[0] != list(PROPERTIES[name]):
        raise Fault(f"csv: the header is {lines[0]}")
    return [(name, dict(zip(lines[0], line, strict=True))) for line in lines[1:]]


def as_cell(value, kind):
    if value is None:
        return ""
    if kind == TEXT and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return str(value)


def as_is(value, _kind):
    return value


def as_xml(value, kind):
    return cim_xml.carried(value) if kind == TEXT and value is not None else value


def hold(name, form, got, want, expect=as_is):
    """Every row and every property: the same number, the same text, the same null."""
    global values
    if [cls for cls, _ in got] != [cls for cls, _ in want]:
        fault(name, f"{form}: {len(got)} rows, not {len(want)}")
        return
    for (cls, row), (_, wanted) in zip(got, want):
        for prop, kind in PROPERTIES[cls].items():
            expected = expect(wanted[prop], kind)
            if row[prop] != expected or type(row[prop]) is not type(expected):
                fault(name, f"{form}: {cls}.{prop} is {row[prop]!r}, not {expected!r}")
                return
            values += 1


def rows_of(report, words):
    """The rows of the JSON report without our own block, types held."""
    rows = []
    for word in words:
        cls, properties, _ = CLASSES[word]
        for row in report[cls]:
            if [key for key in row if key != "Dismal"] != list(properties):
                raise Fault(f"json: {cls} has {list(row)}")
            for prop, kind in properties.items():
                kinds = (int, type(None)) if kind == INTEGER else (str, type(None))
                if not isinstance(row[prop], kinds) or isinstance(row[prop], bool):
                    raise Fault(f"json: {cls}.{prop} is {row[prop]!r}")
            rows.append((cls, {prop: row[prop] for prop in properties}))
    return rows


def compare(name, render):
    """render(format, class or 'all', system) gives the bytes of an output."""
    report = json.loads(render("json", "all", False))
    every = rows_of(report, CLASSES)
    hold(name, "mof", mof.read(render("mof", "all", False)), every)
    hold(name, "cim-xml", cim_xml.read(render("cim-xml", "all", False)), every, as_xml)
    for word, (cls, _, _) in CLASSES.items():
        want = rows_of(report, [word])
        if not want and name != "nasty":
            continue
        hold(name, f"csv {word}", read_csv(render("csv", word, False), cls), want, as_cell)
        hold(name, f"mof {word}", mof.read(render("mof", word, False)), want)
        hold(name, f"cim-xml {word}", cim_xml.read(render("cim-xml", word, False)), want, as_xml)
        for system in (False, True):
            data = render("adminservice", word, system)
            hold(name, f"adminservice {word}", adminservice.read(data, system), want)


class Program:
    """One run a class: the outputs go into files side by side."""
    def __init__(self, program, folder, options, inputs):
        self.words = [program, "scan", *options, "--quiet"]
        self.inputs, self.folder, self.made = inputs, folder, {}

    def run(self, rows, system, forms):
        words = [*self.words, "--rows", rows] + (["--wmi-system-properties"] if system else [])
        for form in forms:
            words += ["-o", f"{form}={self.folder}/{form}"]
        done = subprocess.run([*words, "--", *self.inputs], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 3, 4):
            raise Fault(f"exit code {done.returncode}: {done.stderr.decode()[-300:]}")
        for form in forms:
            self.made[form, rows, system] = pathlib.Path(self.folder, form).read_bytes()

    def __call__(self, form, rows, system):
        if (form, rows, system) not in self.made:
            all_forms = ["json", "mof", "cim-xml"]
            one = ["adminservice"] if system else ["csv", "mof", "cim-xml", "adminservice"]
            self.run(rows, system, all_forms if rows == "all" else one)
        return self.made[form, rows, system]


def attempt(name, render):
    try:
        compare(name, render)
    except (Fault, UnicodeDecodeError, ValueError, KeyError, csv.Error) as error:
        fault(name, f"{type(error).__name__}: {error}")


def main():
    program, source, nasty = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for truth in sorted(source.glob("fixtures/*/*/truth.txt")):
            name, options, inputs = fixture(truth.parent)
            attempt(f"{truth.parent.parent.name}/{name}", Program(program, folder, options, inputs))
            count += 1

    def print_nasty(form, rows, system):
        words = [nasty, form, rows] + (["system"] if system else [])
        return subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout
    attempt("nasty", print_nasty)
    print(f"{count} reports read back, {values} values compared, {failures} faults")
    return 1 if failures or not count or not values else 0


if __name__ == "__main__":
    sys.exit(main())
