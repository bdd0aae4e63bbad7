"""Holds every report against docs/report.schema.json and the promises beside it.

	schema.py PROGRAM SOURCE [CORPUS]

Reads each fixture and, when there is one, each log of the corpus. Prints what does not
hold; exit 77 without the module jsonschema.
"""
import csv
import io
import json
import pathlib
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("no module 'jsonschema': apt install python3-jsonschema")
    sys.exit(77)

from cases import fixture, is_input

CLASSES = {
    "status": ("SMS_ImageUpdateStatus", ("ImageIndex", "ImagePackageID", "UpdateID")),
    "progress": ("SMS_ImageServicingProgress", ("ImagePackageID", "ScheduleID")),
    "view": ("SMS_ImageUpdateStatusView", ("ImageIndex", "ImagePackageID", "UpdateID")),
    "history": ("SMS_ImageUpdateHistory", ("ImagePackageID", "RunDateTime", "ScheduleID")),
}
OPTIONS_SEEN = (0, 3, 4)  # exit codes that print a report
failures = 0


def fault(name, words):
    global failures
    failures += 1
    print(f"FAILED: {name}: {words}")


def run(program, words):
    return subprocess.run([program, "scan", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)


def jobs(source, corpus):
    for truth in sorted(source.glob("fixtures/*/*/truth.txt")):
        yield fixture(truth.parent)
    for path in sorted(p for p in source.glob("fixtures/_hostile/*") if is_input(p)):
        yield path.name, [], [str(path)]
    for group in ("dism", "cbs") if corpus else ():
        for path in sorted((corpus / group).glob("*.log")):
            yield f"{group}/{path.name}", [], [str(path)]
            yield f"{group}/{path.name} --all-packages", ["--all-packages"], [str(path)]


def hold_integers(name, value, where=""):
    if isinstance(value, bool):
        return
    if isinstance(value, float):
        fault(name, f"{where} is no integer: {value}")
    elif isinstance(value, int) and not -2**31 <= value < 2**31:
        fault(name, f"{where} is beyond 32 bits: {value}")


def hold_rows(name, report):
    for option, (cls, keys) in CLASSES.items():
        seen = set()
        for row in report[cls]:
            for key, value in row.items():
                if key != "Dismal":
                    hold_integers(name, value, f"{cls}.{key}")
            key = tuple(row[k] for k in keys)
            if key in seen or None in key:
                fault(name, f"{cls}: the key {key} is null or not unique")
            seen.add(key)


def hold_place(name, where, item):
    """A place is the input, the file inside it and the line, in one text."""
    place, line = item["Place"], item.get("Line")
    if item["Input"] is None:
        good = place is None
    else:
        good = place.startswith(item["Input"]) and (not line or place.endswith(f":{line}"))
    if not good:
        fault(name, f"{where}: the place {place} is not in {item['Input']}, line {line}")


def hold_places(name, report):
    for cls, _ in CLASSES.values():
        for row in report[cls]:
            for item in row["Dismal"]["Evidence"]:
                hold_place(name, cls, item)
    for item in report["diagnostics"]:
        hold_place(name, "diagnostics", item)


def keys_once(pairs):
    """json.load keeps the last of two members with one name; they must not be there."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a name stands twice: {[k for k, _ in pairs]}")
    return found


def hold_json(name, text, validator):
    try:
        report = json.loads(text.decode("utf-8"), object_pairs_hook=keys_once)
    except (UnicodeDecodeError, ValueError) as error:
        fault(name, f"json: {error}")
        return None
    for error in list(validator.iter_errors(report))[:3]:
        fault(name, f"schema: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    hold_rows(name, report)
    hold_places(name, report)
    return report


def rows_of(report, option):
    """The rows of an option as (class, row), in the order of ndjson."""
    images = [("Image", row) for row in report["images"]]
    packages = [("Package", row) for row in report["packages"]]
    if option == "images":
        return images + packages
    if option == "all":
        classes = [cls for cls, _ in CLASSES.values()]
        return images + packages + [(cls, row) for cls in classes for row in report[cls]]
    return [(CLASSES[option][0], row) for row in report[CLASSES[option][0]]]


def hold_ndjson(name, text, option, report):
    rows = [json.loads(line, object_pairs_hook=keys_once) for line in text.decode().splitlines()]
    if any(next(iter(row)) != "Class" for row in rows):
        fault(name, f"ndjson {option}: a line does not begin with its class")
        return
    if [(row.pop("Class"), row) for row in rows] != rows_of(report, option):
        fault(name, f"ndjson {option}: not the rows of the report")


def defused(text):
    """CSV puts an apostrophe before what a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t") else text


def cell(value):
    """A value as CSV writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def hold_csv(name, text, option, report):
    rows = report["images"] if option == "images" else report[CLASSES[option][0]]
    reader = csv.reader(io.StringIO(text.decode(), newline=""), strict=True)
    lines = list(reader)
    if not lines or len(lines) - 1 != len(rows):
        fault(name, f"csv {option}: {len(lines) - 1} lines for {len(rows)} rows")
        return
    for line, row in zip(lines[1:], rows):
        got = dict(zip(lines[0], line))
        want = {k: cell(v) for k, v in row.items() if k != "Dismal"}
        if len(line) != len(lines[0]) or {k: defused(v) for k, v in got.items()} != want:
            fault(name, f"csv {option}: {got} is not {want}")
            return


def hold(program, validator, name, options, inputs):
    done = run(program, [*options, "--format", "json", "--", *inputs])
    if done.returncode not in OPTIONS_SEEN:
        fault(name, f"exit code {done.returncode}: {done.stderr.decode()[-300:]}")
        return
    if done.returncode == 4 and not done.stdout:
        return
    report = hold_json(name, done.stdout, validator)
    if report is None:
        return
    for option in (*CLASSES, "images", "all"):
        if not rows_of(report, option):
            continue
        for form, check in (("ndjson", hold_ndjson), ("csv", hold_csv)):
            if (option, form) == ("all", "csv"):
                continue
            done = run(program, [*options, "--rows", option, "--format", form, "--", *inputs])
            try:
                check(name, done.stdout, option, report)
            except (UnicodeDecodeError, ValueError, csv.Error) as error:
                fault(name, f"{form} {option}: {error}")


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    corpus = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    schema = json.loads((source / "docs" / "report.schema.json").read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    count = 0
    for name, options, inputs in jobs(source, corpus if corpus and corpus.is_dir() else None):
        hold(program, kind(schema), name, options, inputs)
        count += 1
    print(f"{count} reports held, {failures} faults")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
