"""What stands around a run: the folder for temporary files, signals, locale and time zone."""
import os
import shutil
import signal
import stat
import subprocess
import time

from broken import KB1, KB2, Images, tree, write_zip
from checks import SECONDS, fault
from samples import mum, package, write_wim

# Runs as root without its privileges, in a namespace of its own with a small disk.
WITHOUT_PRIVILEGES = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
SMALL_DISK = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs -o size=64k none "$TMPDIR" || exit 9; "$@"; code=$?;'
              ' ls -A "$TMPDIR" >&2; exit $code', "sh"]
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def can_run(words, folder):
    """Whether this machine lets us; as a user without rights some of it is not to be had."""
    if not shutil.which(words[0]):
        return False
    return subprocess.run([*words, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                          env={**os.environ, "TMPDIR": folder}).returncode == 0


# ---- The folder for temporary files


def hold_tmpdir(bench):
    """No place for temporary files: told at what was not read, the rest is read."""
    images = Images(bench)
    folder = bench.path("inputs")
    inside = os.path.join(folder, "tmp")
    os.makedirs(inside)
    os.rename(images.wim("x", tree(images.hive1)), os.path.join(folder, "x.wim"))
    write_zip(os.path.join(folder, "y.zip"), [("update.mum", mum(KB2))])
    with open(os.path.join(folder, "SOFTWARE"), "wb") as file:
        file.write(images.hive1)
    rows = {("SOFTWARE", 0, KB1): 2}
    no_place = [("no-scratch", "x.wim", ""), ("no-scratch", "y.zip/update.mum", "")]

    def hold(name, tmpdir, words, before=()):
        bench.hold(name, [folder], 3, [(code, place, words) for code, place, _ in no_place], rows,
                   environment={"TMPDIR": tmpdir}, before=before)

    hold("TMPDIR not there", bench.path("nowhere"), "No such file")
    with open(bench.path("file"), "wb"):
        hold("TMPDIR no folder", bench.path("file"), "Not a directory")
    hold("TMPDIR in an input", inside, "lies in the input")
    link = bench.path("link")
    os.symlink(inside, link)
    hold("TMPDIR in an input, by a link", link, "lies in the input")
    locked = bench.path("locked")
    os.mkdir(locked, 0o500)
    if os.geteuid() != 0:
        hold("TMPDIR locked", locked, "Permission denied")
    elif can_run(WITHOUT_PRIVILEGES, locked):
        hold("TMPDIR locked", locked, "Permission denied", WITHOUT_PRIVILEGES)
    if os.listdir(inside) or os.listdir(locked):
        fault("TMPDIR", "something was left where nothing may be written")


def hold_full_disk(bench):
    """The disk is full in the middle: told, and what was written is gone."""
    images = Images(bench)
    wim, zipped = images.wim("x", tree(images.hive1)), bench.path("y.zip")
    write_zip(zipped, [("update.mum", mum(KB2) + b"<!--" + os.urandom(300_000).hex().encode() + b"-->")])
    if not can_run(SMALL_DISK, bench.tmp):
        print("no namespaces: a full disk is not tried")
        return
    bench.hold("full disk", [wim, zipped], 3,
               [("no-scratch", "x.wim", "No space"), ("no-scratch", "y.zip/update.mum", "No space")], before=SMALL_DISK)
    done = bench.program.run("full disk", ["scan", "--quiet", "--allow-unknown", wim], 0, {"TMPDIR": bench.tmp},
                             SMALL_DISK)
    if done and b"\ndismal-" in done.stderr:
        fault("full disk", f"left behind: {done.stderr[-300:]}")


# ---- Signals


def modes_below(folder):
    """Modes of the folders that are there now; names may go while they are looked at."""
    for root, folders, _ in os.walk(folder):
        for name in folders:
            try:
                yield os.lstat(os.path.join(root, name)).st_mode
            except FileNotFoundError:
                pass


def start(bench, path):
    process = subprocess.Popen([bench.program.path, "scan", "--format", "json", "--jobs", "4", path],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               env={**os.environ, "TMPDIR": bench.tmp})
    end = time.monotonic() + SECONDS
    while process.poll() is None and not os.listdir(bench.tmp) and time.monotonic() < end:
        time.sleep(0.0005)
    return process


def end_by(bench, name, path, number, patience):
    """One signal, some time after the folder is there; both may come too late."""
    process = start(bench, path)
    time.sleep(patience)
    modes = list(modes_below(bench.tmp))
    process.send_signal(number)
    _, messages = process.communicate(timeout=SECONDS)
    bench.hold_no_scratch(f"{name}, {number.name} after {patience} s")
    if process.returncode not in (-number, 0, 3):
        fault(name, f"{number.name}: ended with {process.returncode}: {messages[-300:]}")
    for mode in modes:
        if stat.S_IMODE(mode) != 0o700:
            fault(name, f"a temporary folder with mode {mode:o}")
    return process.returncode == -number


def hold_signals(bench):
    images = Images(bench)
    manifests = {KB1 + i: mum(KB1 + i) + os.urandom(20000).hex().encode() for i in range(1500)}
    wim, zipped = images.wim("x", tree(images.hive1, manifests)), bench.path("x.zip")
    write_zip(zipped, [(package(kb) + ".mum", content) for kb, content in list(manifests.items())[:1500]])
    for path in (wim, zipped):
        caught = 0
        for number in ENDINGS:
            for patience in (0, 0.01, 0.1):
                caught += end_by(bench, os.path.basename(path), path, number, patience)
        if not caught:
            fault("signals", f"{path}: no signal came in time")


# ---- Locale and time zone


def hold_locale(bench):
    """A WIM, an archive and a hive say the same everywhere."""
    images = Images(bench)
    wim, zipped = images.wim("x", tree(images.hive1, {KB1: mum(KB1)})), bench.path("x.zip")
    write_zip(zipped, [("Windows/servicing/Packages/\u00fc\u0130i.mum", mum(KB2)), ("\u0131.mum", mum(KB1))])
    known = subprocess.run(["locale", "-a"], stdout=subprocess.PIPE, check=False).stdout.decode().split()
    locales = ["C", "POSIX", "C.UTF-8"] + [name for name in known if name.startswith(("tr_TR", "de_DE", "ja_JP"))]
    outputs = {}
    for locale in locales:
        for zone in ("UTC", "Asia/Kathmandu", "America/St_Johns"):
            done = bench.program.run("locale", ["scan", "--format", "json", wim, zipped],
                                     environment={"TMPDIR": bench.tmp, "LC_ALL": locale, "LANG": locale, "TZ": zone})
            if done:
                outputs.setdefault((done.returncode, done.stdout), (locale, zone))
    if len(outputs) != 1:
        fault("locale", f"the report differs: {list(outputs.values())}")


CASES = [hold_tmpdir, hold_full_disk, hold_signals, hold_locale]
