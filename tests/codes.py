"""Every reason and every diagnostic is produced by a test, documented and explained.

	codes.py PROGRAM SOURCE

A fixture proves a code by a line of its truth.txt, which `golden` or `images` holds against what the
program says: "status ... Reason=CODE", "diagnostic CODE". What no fixture can bring about is made here, and
what nothing can stands in UNPROVEN with the cause. docs/codes.md has a line for each code, with the
words of the table, and `dismal explain CODE` prints them.
"""
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zipfile

TABLES = {  # of src/model: the macro of a row, its code and what else it says
    "reason.def": re.compile(r'^REASON\(\w+,\s*"([^"]+)",\s*"([^"]+)"', re.M),
    "diagnostic.def": re.compile(r'^DIAGNOSTIC\(\w+,\s*"([^"]+)",\s*\w+,\s*"([^"]+)"', re.M),
}
CLAIMS = {
    "reason.def": re.compile(r'^(?:\[[^\]]*\] *)?(?:status|progress|history|view) [^#\n]*\bReason="?([a-z-]+)', re.M),
    "diagnostic.def": re.compile(r"^(?:\[[^\]]*\] *)?diagnostic ([a-z-]+)", re.M),
}
UNPROVEN = {}


# ---- Codes that are made here --------------------------------------------------------


def made_wim(folder):
    """A WIM of one image by its XML; there is nothing in it."""
    xml = b"\xff\xfe" + "<WIM><IMAGE INDEX=\"1\"><NAME>Contoso</NAME></IMAGE></WIM>".encode("utf-16-le")
    header = bytearray(208)
    struct.pack_into("<8sIIII", header, 0, b"MSWIM", 208, 0x10D00, 0, 0)
    struct.pack_into("<HHI", header, 40, 1, 1, 1)
    struct.pack_into("<QQQ", header, 72, len(xml), 208, len(xml))
    path = folder / "install.wim"
    path.write_bytes(header + xml)
    return path, {}


def made_zip(folder):
    """An archive, and no place to unpack it to."""
    path = folder / "collected.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Windows/System32/config/SOFTWARE", b"regf" + bytes(4092))
    return path, {"TMPDIR": str(folder / "nowhere")}


MADE = {  # code: the part that the build must have, or lack (!), and who makes the input
    "wim-contents": ("!WITH_WIM", made_wim),
    "no-scratch": ("WITH_ARCHIVE", made_zip),
}

failures = 0


def fault(words):
    global failures
    failures += 1
    print(f"FAILED: {words}")


def claimed(fixtures, pattern):
    codes = {}
    for path in sorted(fixtures.glob("*/*/truth.txt")):
        for code in pattern.findall(path.read_text(encoding="utf-8")):
            codes.setdefault(code, path.parent.relative_to(fixtures))
    return codes


def hold_claims(source, table, codes):
    proven = claimed(source / "fixtures", CLAIMS[table])
    for code in codes:
        if code not in proven and code not in UNPROVEN and code not in MADE:
            fault(f"{table}: no truth.txt of a fixture claims '{code}'")
        if code in proven and (code in UNPROVEN or code in MADE):
            fault(f"{table}: {proven[code]} proves '{code}': nothing else need")
    for code in proven:
        if code not in codes and code != "none":
            fault(f"{proven[code]}/truth.txt: '{code}' is not in {table}")


def lacks(program, part):
    done = subprocess.run([program, "formats"], capture_output=True, text=True, check=True)
    return f"-D{part}=ON" in done.stdout


def hold_made(program):
    for code, (part, make) in MADE.items():
        if lacks(program, part.lstrip("!")) != part.startswith("!"):
            continue
        with tempfile.TemporaryDirectory(prefix="dismal-codes.") as name:
            path, environment = make(pathlib.Path(name))
            done = subprocess.run([program, "scan", "--format", "json", str(path)], capture_output=True,
                                  env={**os.environ, **environment}, check=False)
        seen = {d["Code"] for d in json.loads(done.stdout)["diagnostics"]} if done.stdout else set()
        if code not in seen:
            fault(f"'{code}' is not among the diagnostics: {sorted(seen)} {done.stderr.decode()}")


def hold_document(source, table, codes):
    text = (source / "docs" / "codes.md").read_text(encoding="utf-8")
    for code, sentence in codes.items():
        if f"| `{code}` | {sentence} |" not in text:
            fault(f"docs/codes.md has no line for '{code}' of {table}: {sentence}")


def hold_explained(program, codes):
    for code, sentence in codes.items():
        done = subprocess.run([program, "explain", code], capture_output=True, text=True, check=False)
        if done.returncode or sentence not in done.stdout:
            fault(f"explain {code}: exit code {done.returncode}: {done.stdout}{done.stderr}")


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    for table, pattern in TABLES.items():
        text = (source / "src" / "model" / table).read_text(encoding="utf-8")
        codes = dict(pattern.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.S)))
        if len(codes) < 20:
            fault(f"{table} was not understood: {len(codes)} codes")
        hold_claims(source, table, codes)
        hold_document(source, table, codes)
        hold_explained(program, codes)
    hold_made(program)
    print(f"{failures} faults")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
