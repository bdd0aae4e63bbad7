"""What every hostile test has in common: the program in bounds, and the evidence as it was.

A case is a name, inputs in a folder of its own, and what must come of them. Each run has a limit on
time and on memory, a TMPDIR of its own that must be empty behind it, and inputs whose bytes and
times must be what they were.
"""
import hashlib
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile

SECONDS = 60      # for one run; many times what any of them takes
MEGABYTES = 400   # of address space, for one run
ENDINGS = range(6)  # exit codes
LONG_AGO = 978307200  # 2001: an access time that any reading would change
YESTERDAY = 1577836800

failures = 0


def fault(name, words):
    global failures
    failures += 1
    print(f"FAILED: {name}: {words}", flush=True)


class Program:
    """The program, held within bounds."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        # AddressSanitizer reserves terabytes: no limit then, and no measure.
        self.is_limited = b"__asan_init" not in pathlib.Path(path).read_bytes()
        self.peak = 0  # KiB of the last run

    def run(self, name, words, megabytes=MEGABYTES, environment=None, before=()):
        """One run, or None when it died or took too long; `before`: words of a command that execs it."""
        def limit():
            if self.is_limited and megabytes:
                resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as messages:
            process = subprocess.Popen([*before, self.path, *words], stdout=out, stderr=messages,
                                       stdin=subprocess.DEVNULL, preexec_fn=limit,
                                       env={**os.environ, **(environment or {})})
            code = self.wait(process)
            out.seek(0)
            messages.seek(0)
            done = subprocess.CompletedProcess(words, code, out.read(), messages.read())
        if code is None:
            fault(name, f"{' '.join(words)}: not done after {SECONDS} s")
            return None
        if code not in ENDINGS:
            fault(name, f"{' '.join(words)}: died of {code}: {done.stderr[-800:].decode(errors='replace')}")
            return None
        return done

    def wait(self, process):
        """The exit code; None when it takes too long. What was its peak is kept."""
        def ring(_, __):
            process.kill()
        signal.signal(signal.SIGALRM, ring)
        signal.alarm(SECONDS)
        _, status, usage = os.wait4(process.pid, 0)
        in_time = signal.alarm(0) > 0
        process.returncode = os.waitstatus_to_exitcode(status)
        self.peak = usage.ru_maxrss
        return process.returncode if in_time else None


# ---- Evidence


def keeps_access_times(folder):
    """Whether the file system notes that a file was read: else there is nothing to hold."""
    path = os.path.join(folder, "probe")
    with open(path, "wb") as file:
        file.write(b"x")
    os.utime(path, (LONG_AGO, YESTERDAY))
    with open(path, "rb") as file:
        file.read()
    changed = os.stat(path).st_atime != LONG_AGO
    os.unlink(path)
    return changed


def files_below(path):
    if os.path.isdir(path):
        for root, _, names in os.walk(path):
            yield from (os.path.join(root, name) for name in names)
    else:
        yield path


class Evidence:
    """Inputs as they were: bytes, times, and nothing new beside them."""

    def __init__(self, inputs):
        self.inputs = inputs
        self.before = {}
        for path in self.paths():
            os.utime(path, (LONG_AGO, YESTERDAY), follow_symlinks=False)
        for path in self.paths():
            self.before[path] = self.look(path)

    def paths(self):
        return [path for given in self.inputs for path in files_below(given)]

    def look(self, path):
        info = os.lstat(path)
        digest = None
        if os.path.isfile(path) and not os.path.islink(path):
            with open(os.open(path, os.O_RDONLY | os.O_NOATIME), "rb") as file:
                digest = hashlib.file_digest(file, "sha1").hexdigest() if hasattr(hashlib, "file_digest") \
                    else hashlib.sha1(file.read()).hexdigest()
        return digest, info.st_mtime_ns, info.st_ctime_ns, info.st_atime_ns

    def hold(self, name, has_access_times):
        paths = self.paths()
        if set(paths) != set(self.before):
            fault(name, f"files came or went: {sorted(set(paths) ^ set(self.before))[:5]}")
        for path in set(paths) & set(self.before):
            now = self.look(path)
            if now[:3] != self.before[path][:3]:
                fault(name, f"{path} was changed")
            if has_access_times and now[3] != self.before[path][3]:
                fault(name, f"{path}: its access time changed")


# ---- Reports


def place_of(diagnostic):
    return (diagnostic["Place"] or "").rsplit(":", 1)[0] if diagnostic["Line"] else diagnostic["Place"] or ""


def hold_diagnostics(name, report, wanted):
    """Each of (code, end of its place, words in it) is there; and no loss that nobody named."""
    for code, place, words in wanted:
        if not any(d["Code"] == code and place_of(d).endswith(place) and words in (d["Text"] or "")
                   for d in report["diagnostics"]):
            fault(name, f"no {code} at '{place}' with '{words}': "
                  f"{[(d['Code'], d['Place'], d['Text']) for d in report['diagnostics']][:8]}")
    known = {code for code, _, _ in wanted}
    for d in report["diagnostics"]:
        if d["Severity"] == "loss" and d["Code"] not in known:
            fault(name, f"an unexpected {d['Code']} at {d['Place']}: {d['Text']}")


def hold_rows(name, report, wanted):
    """(name of the image, index, KB): status."""
    rows = {(r["ImagePackageID"], r["ImageIndex"], r["UpdateID"]): r["UpdateStatus"]
            for r in report["SMS_ImageUpdateStatus"]}
    for key, status in wanted.items():
        if rows.get(key) != status:
            fault(name, f"{key} has status {rows.get(key)}, not {status}; rows: {sorted(rows)[:8]}")


class Bench:
    """A folder to make inputs in, a TMPDIR, the program."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.tmp = os.path.join(folder, "tmp")
        os.mkdir(self.tmp)
        self.has_access_times = keeps_access_times(folder)
        self.base = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def base_of_memory(self):
        """KiB of a run that reads next to nothing."""
        if self.base is None:
            with open(self.path("small.log"), "w", encoding="utf-8") as file:
                file.write("2024-01-10 08:00:00, Info                  CBS    TI: --- Initializing Trusted"
                           " Installer ---\n")
            self.program.run("base", ["scan", self.path("small.log")])
            self.base = self.program.peak
        return self.base

    def hold_no_scratch(self, name):
        left = os.listdir(self.tmp)
        if left:
            fault(name, f"left in TMPDIR: {left}")

    def scan(self, name, inputs, words=(), evidence=True, megabytes=MEGABYTES, environment=None, before=()):
        """Reads the inputs as JSON; the exit code and the report, None when there is none."""
        watched = Evidence(inputs) if evidence else None
        done = self.program.run(name, ["scan", "--format", "json", *words, *inputs], megabytes,
                                {"TMPDIR": self.tmp, **(environment or {})}, before)
        self.hold_no_scratch(name)
        if watched:
            watched.hold(name, self.has_access_times)
        if not done:
            return None, None
        try:
            return done.returncode, json.loads(done.stdout) if done.stdout else None
        except json.JSONDecodeError as error:
            fault(name, f"no JSON: {error}")
            return done.returncode, None

    def hold(self, name, inputs, code=3, diagnostics=(), rows=None, within=None, **how):
        """Scans; `within`: MiB above the memory of a small run."""
        ended, report = self.scan(name, inputs, **how)
        if ended is None:
            return None
        if ended != code:
            fault(name, f"exit code {ended}, not {code}")
        if within and self.program.is_limited:
            peak, base = self.program.peak, self.base_of_memory()
            if peak - base > within << 10:
                fault(name, f"{peak >> 10} MiB, {within} above {base >> 10} are allowed")
        if report:
            hold_diagnostics(name, report, diagnostics)
            hold_rows(name, report, rows or {})
        return report


def in_child(make, *words):
    """Makes something large: what is measured of a child includes what its parent holds."""
    child = os.fork()
    if not child:
        make(*words)
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{make.__name__} failed")
