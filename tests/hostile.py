"""Broken and hostile inputs: the program survives them, in little memory, and says so.

	hostile.py PROGRAM SOURCE [CASE]...

The first part holds the files of fixtures/_hostile to what their README promises, the
second makes inputs that would hurt a careless reader. Nothing here is timed: what takes
too long ends by its time limit, what takes too much memory by the limit on it.
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import unicodedata

SECONDS = 60      # for one run; many times what any of them takes
MEGABYTES = 400   # of address space, for one run
MADE_MEGABYTES = 1600  # where the input itself asks for much: many rows
LOADED = (0, 3)
failures = 0


def fault(name, words):
    global failures
    failures += 1
    print(f"FAILED: {name}: {words}")


class Program:
    def __init__(self, path):
        self.path = path
        # AddressSanitizer reserves terabytes: no limit then.
        self.is_limited = b"__asan_init" not in pathlib.Path(path).read_bytes()

    def run(self, name, words, megabytes=MEGABYTES):
        def limit():
            if self.is_limited:
                resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            done = subprocess.run([self.path, *words], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                  preexec_fn=limit, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            fault(name, f"{' '.join(words)}: not done after {SECONDS} s")
            return None
        if done.returncode < 0 or done.returncode > 5:
            fault(name, f"{' '.join(words)}: died of {done.returncode}: {done.stderr[-400:]}")
            return None
        return done


# ---- Files of fixtures/_hostile: exit codes, diagnostics (one of), KB and its status -----

FILES = {
    "not-a-log.txt": ((4,), ("not-recognised",), {}),
    "empty.log": ((4,), ("not-recognised",), {}),
    "only-nul.bin": ((4,), ("file-zero",), {}),
    "long-line.log": ((0, 3), (), {5091901: 2}),
    "torn-head.log": ((0,), (), {5091902: 2}),
    "bad-dates.log": ((0,), ("bad-time",), {5091903: 2}),
    "huge-numbers.log": ((0, 3), (), {5091904: 2}),
    "control-chars.log": ((0,), (), {5091905: 2, 5091915: 3}),
    "truncated.log.gz": ((3,), ("compressed-damaged",), {}),
    "trailing-garbage.log.gz": ((0,), ("compressed-trailer",), {5091907: 2}),
    "bomb.log.gz": ((3, 4), ("compressed-limit", "not-recognised", "file-zero"), {}),
}


def has_controls(text):
    """Control and format characters, but for line ends; bytes that are no UTF-8."""
    return any(c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")
               for c in text.decode("utf-8", "surrogateescape"))


def hold_report(name, report, diagnostics, statuses):
    seen = {d["Code"] for d in report["diagnostics"]}
    if diagnostics and not seen & set(diagnostics):
        fault(name, f"none of {diagnostics} among its diagnostics: {sorted(seen)}")
    rows = {r["UpdateID"]: r["UpdateStatus"] for r in report["SMS_ImageUpdateStatus"]}
    for kb, status in statuses.items():
        if rows.get(kb) != status:
            fault(name, f"KB{kb} has status {rows.get(kb)}, not {status}")
    if diagnostics and "not-recognised" in seen and rows:
        fault(name, "rows, though it was not recognised")


def hold_file(program, path):
    codes, diagnostics, statuses = FILES[path.name]
    for jobs in ("1", "4"):
        done = program.run(path.name, ["scan", "--jobs", jobs, "--format", "json", str(path)])
        if not done:
            return
        if done.returncode not in codes:
            fault(path.name, f"exit code {done.returncode}, not one of {codes}")
        if done.stdout:
            hold_report(path.name, json.loads(done.stdout), diagnostics, statuses)
    for words in (["scan"], ["scan", "--wide"], ["scan", "--wide", "--color", "always"]):
        done = program.run(path.name, [*words, str(path)])
        text = done.stdout + done.stderr if done else b""
        if "always" in words:
            text = text.replace(b"\x1b[", b"")  # its own colours
        if has_controls(text):
            fault(path.name, f"{' '.join(words)}: control characters for people")


def hold_files(program, source):
    folder = source / "fixtures" / "_hostile"
    names = {p.name for p in folder.iterdir()} - {"README.md"}
    if names != set(FILES):
        fault("_hostile", f"files and table differ: {sorted(names ^ set(FILES))}")
    for name in sorted(names & set(FILES)):
        hold_file(program, folder / name)


# ---- Made inputs ---------------------------------------------------------------------

KEY = "~31bf3856ad364e35~amd64~~10.0.1."
HEAD = "2024-01-10 08:00:00, Info                  CBS    TI: --- Initializing Trusted Installer ---\n"


def line(source, second, words):
    second //= 50
    return (f"2024-01-{10 + second // 36000 % 18:02} {9 + second // 3600 % 10:02}:{second // 60 % 60:02}:"
            f"{second % 60:02}, Info                  {source:<6} {words}\n")


def cbs(second, words):
    return line("CBS", second, words)


def dism(second, words):
    return line("DISM", second, words)


def quotes():
    yield HEAD
    yield ">\n" * 200_000
    yield "> > > quoted words\n" * 200_000


def deep_quotes():
    yield HEAD
    for depth in range(1, 2000):
        yield "> " * depth + cbs(depth, "Session: 30579072_298067563 initialized by client WinMgmt.")
    yield ">" * 1_000_000 + "\n"


def long_line():
    yield HEAD
    yield cbs(1, "x" * (64 << 20))
    yield HEAD


def long_line_without_head():
    yield HEAD
    yield "2024-01-10 " * (6 << 20)


def commas():
    words = ", ".join(f"Key{i}: v" for i in range(100_000))
    yield HEAD
    yield dism(1, "API: PID=1 TID=2 Enter DismAddPackageInternal - DismAddPackageInternal")
    for text in (words[:200_000], words, "," * 100_000, ": " * 100_000):
        yield dism(2, f"API: PID=1 TID=2 Input parameters: {text} - DismAddPackageInternal")


def parents():
    package = f"Package_for_RollupFix{KEY}14"
    yield HEAD
    for i in range(100_000):
        parent = f"Package_for_KB{4_000_000 + i}{KEY}0"
        yield cbs(i, f"Appl: detect Parent, Package: {package}, Parent: {parent}, Disposition = Detect,"
                  " VersionComp: EQ, BuildComp: GE, RevisionComp: GE, Exist: present")
        yield cbs(i, f"Appl: detectParent: package: {package}, parent found: {parent}, state: Installed")
    yield cbs(1 << 20, f"Appl: detectParent: package: {package}, no parent found, go absent")


def identities():
    yield HEAD
    for i in range(1_000_000):
        yield cbs(i, f"Appl: Evaluating package applicability for package Package_for_KB{1_000_000 + i}"
                  f"{KEY}{i}, applicable state: Installed")


def some_identities():
    yield HEAD
    for i in range(20_000):
        yield cbs(i, f"Appl: Evaluating package applicability for package Package_for_KB{1_000_000 + i}"
                  f"{KEY}{i}, applicable state: Absent")


def newlines():
    yield "\n" * 5_000_000


def newlines_behind_a_head():
    yield HEAD
    yield "\r\n" * 5_000_000


def carriage_returns():
    yield HEAD
    yield "\r" * 2_000_000


def api_sessions():
    yield HEAD
    for i in range(50_000):
        ids = f"API: PID={i + 1} TID={i + 1}"
        yield dism(i, f"{ids} Enter DismInitializeInternal - DismInitializeInternal")
        yield dism(i, f"{ids} Enter DismAddPackageInternal - DismAddPackageInternal")
        yield dism(i, f"{ids} Input parameters: Session: 2, Identifier: C:\\u\\Windows10.0-KB{5_000_000 + i}"
                   "-x64.cab, PackageIdentifier: 2 - DismAddPackageInternal")


def dism_sessions():
    for i in range(20_000):
        image = f"C:\\m{i % 500}"
        yield dism(i, "DISM.EXE: <----- Starting Dism.exe session ----->")
        yield dism(i, f"DISM.EXE: Executing command line: dism /Image:{image} /Add-Package"
                   f" /PackagePath:C:\\u\\Windows10.0-KB{5_000_000 + i}-x64.cab")


def operations():
    yield HEAD
    for i in range(20_000):
        yield cbs(i, "Exec: Processing started.  Client: DISM Package Manager Provider, Session: "
                  f"30579072_{i + 1}, Package: Package_for_KB{5_000_000 + i}{KEY}0, Identifier: KB{5_000_000 + i}")


def cbs_sessions():
    yield HEAD
    for i in range(200_000):
        yield cbs(i, f"Session: 30579072_{i + 1} initialized by client WinMgmt, external staging directory:"
                  " (null), external registry directory: (null)")


def mounts():
    yield HEAD
    for i in range(2_000):
        yield dism(i, f"DISM.EXE: Executing command line: dism /Mount-Image /ImageFile:D:\\w{i}.wim /Index:3"
                   f" /MountDir:C:\\m{i}")
        yield (f"[{i}.1] Mounting new image.\nWim:         [D:\\w{i}.wim]\nImage Index: [3]\n"
               f"Mount Guid:  [3c1f7a90-52e4-4b0d-9f55-a8e0b7d41c26]\nMount Path:  [C:\\m{i}]\n")


def runs():
    for i in range(10_000):
        yield dism(50 * i, "DISM.EXE: <----- Starting Dism.exe session ----->")
        yield dism(50 * i, "DISM.EXE: Executing command line: dism /online /Add-Package"
                   " /PackagePath:C:\\u\\Windows10.0-KB5000000-x64.cab")
        yield dism(50 * i, "DISM.EXE: <----- Ending Dism.exe session ----->")


def wrapped():
    yield HEAD
    yield cbs(1, "w" * 80)[:80] + "\n"
    yield ("z" * 80 + "\n") * 200_000


def continued():
    yield HEAD
    yield "  more of it\n" * 400_000


def start_ups():
    yield HEAD
    yield cbs(1, "Startup: current ExecuteState is CbsExecuteStateInitiateRollback")
    for i in range(50_000):
        yield cbs(i, f"Startup: Package: Package_for_KB{1_000_000 + i}{KEY}4 completed startup processing, new "
                  "state: Installed, original: Staged, targeted: Installed.  hr = 0x0")


def errors():
    yield dism(1, "DISM.EXE: Executing command line: dism /online /Add-Package /PackagePath:C:\\u\\"
               "Windows10.0-KB5000000-x64.cab")
    for i in range(200_000):
        yield dism(i, f"DISM Package Manager: PID=1 TID=2 Failed thing {i} - CPackage::Do(hr:0x8007{i % 5000:04x})"
                   ).replace(", Info ", ", Error")


def steps_back():
    for i in range(100_000):
        yield dism(50 * (99_999 - i), "DISM.EXE: <----- Starting Dism.exe session ----->")


def no_text():
    yield HEAD
    yield "\x01\x02\x03\x04abc\n" * 300_000


# exit codes, megabytes of address space
MADE = {
    quotes: ((0, 3), MEGABYTES),
    deep_quotes: ((0, 3), MEGABYTES),
    long_line: ((0, 3), MEGABYTES),
    long_line_without_head: ((0, 3), MEGABYTES),
    commas: ((0, 3), MEGABYTES),
    parents: (LOADED, MADE_MEGABYTES),
    identities: ((0, 3, 5), MADE_MEGABYTES),
    some_identities: (LOADED, MEGABYTES),
    newlines: ((4,), MEGABYTES),
    newlines_behind_a_head: (LOADED, MEGABYTES),
    carriage_returns: (LOADED, MEGABYTES),
    api_sessions: (LOADED, MADE_MEGABYTES),
    dism_sessions: (LOADED, MADE_MEGABYTES),
    operations: (LOADED, MADE_MEGABYTES),
    cbs_sessions: (LOADED, MEGABYTES),
    mounts: (LOADED, MADE_MEGABYTES),
    runs: (LOADED, MEGABYTES),
    wrapped: (LOADED, MEGABYTES),
    continued: (LOADED, MEGABYTES),
    start_ups: (LOADED, MADE_MEGABYTES),
    errors: (LOADED, MEGABYTES),
    steps_back: (LOADED, MEGABYTES),
    no_text: ((3,), MEGABYTES),
}


def hold_made(program, make, folder):
    codes, megabytes = MADE[make]
    path = folder / f"{make.__name__}.log"
    with open(path, "w", newline="", encoding="utf-8") as file:
        file.writelines(make())
    for words in (["--format", "json"], ["--wide"]):
        done = program.run(make.__name__, ["scan", *words, str(path)], megabytes)
        if done and done.returncode not in codes:
            fault(make.__name__, f"{words}: exit code {done.returncode}, not one of {codes}: "
                  f"{done.stderr.decode()[-300:]}")
    path.unlink()


# ---- Folders and files that resist ---------------------------------------------------

def deep_folder(folder):
    """Folders below folders, deeper than anybody walks."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def remove_deep_folder(folder):
    subprocess.run(["rm", "-rf", str(folder)], check=False)


def hold_folders(program, folder):
    log = folder / "in" / "CBS.log"
    log.parent.mkdir()
    log.write_text(HEAD, encoding="utf-8")
    (folder / "in" / "loop").symlink_to(folder / "in", target_is_directory=True)
    (folder / "in" / "gone.log").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "in" / "pipe.log")
    done = program.run("loop", ["scan", "--format", "json", str(folder / "in")])
    if done and (done.returncode not in LOADED or len(json.loads(done.stdout)["inputs"]) != 1):
        fault("loop", f"exit code {done.returncode}: {done.stdout.decode()[:600]}")
    deep = folder / "deep"
    deep.mkdir()
    deep_folder(deep)
    done = program.run("deep", ["scan", str(deep)])
    if done and done.returncode != 4:
        fault("deep", f"exit code {done.returncode}")
    remove_deep_folder(deep)


def hold_unreadable(program, folder):
    log = folder / "secret.log"
    log.write_text(HEAD, encoding="utf-8")
    log.chmod(0)
    if os.access(log, os.R_OK):
        return  # root reads everything
    done = program.run("unreadable", ["scan", str(log)])
    if done and done.returncode != 4:
        fault("unreadable", f"exit code {done.returncode}")


def main():
    program, source = Program(sys.argv[1]), pathlib.Path(sys.argv[2])
    wanted = sys.argv[3:]
    if not wanted:
        hold_files(program, source)
    with tempfile.TemporaryDirectory(prefix="dismal-hostile.") as name:
        for make in MADE:
            if not wanted or make.__name__ in wanted:
                hold_made(program, make, pathlib.Path(name))
        if not wanted:
            hold_folders(program, pathlib.Path(name))
            hold_unreadable(program, pathlib.Path(name))
    print(f"{failures} faults")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
