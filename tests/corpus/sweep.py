#!/usr/bin/env python3
"""Every file of the corpus, read a second time by other means.

	sweep.py PROGRAM CORPUS [PATH...]     paths below CORPUS; without them, all that is known

What the program says of a file in manifest, wim and hive is held against what others read in it:
Python's XML reader for manifests and the XML of WIMs, a reader of hives below for the registry, cabextract and
wimlib-imagex for what lies in containers. And each place that a row or a package names, of a log
too, is opened: the bytes there must hold the words. Prints what differs; exit code 1 when anything does.
"""
import collections
import datetime
import functools
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

SPACE = "{urn:schemas-microsoft-com:asm.v3}"
SERVICING = r"Microsoft\Windows\CurrentVersion\Component Based Servicing"
PLACEHOLDERS = {777777, 777778}

program = corpus = scratch = None
wrong = 0
tally = collections.Counter()


def fail(where, *words):
    global wrong
    wrong += 1
    print(f"{where}:", *words)


def check(where, what, given, wanted):
    tally["compared"] += 1
    if given != wanted:
        fail(where, f"{what} is {given!r}, another reader says {wanted!r}")


def scan(paths, *options):
    """The report of one run, and its exit code."""
    run = subprocess.run([program, "scan", "--format", "json", *options, "--", *paths],
                         cwd=corpus, capture_output=True, timeout=300)
    if run.returncode not in (0, 3, 4):
        fail(paths[0], f"exit code {run.returncode}", run.stderr.decode(errors="replace"))
    return json.loads(run.stdout or b"{}"), run.returncode


# ---- Hives ---------------------------------------------------------------------------------

class Hive:
    """Keys and values of a registry hive, nothing cached, nothing mended."""

    def __init__(self, data):
        self.data = data

    def cell(self, at):
        at += 4096
        size = -struct.unpack_from("<i", self.data, at)[0]
        return self.data[at + 4:at + size]

    def name_at(self, at):
        """Of the key whose cell stands at that byte of the file; None."""
        if not 4096 <= at <= len(self.data) - 80 or self.data[at + 4:at + 6] != b"nk":
            return None
        return self.name(self.cell(at - 4096))

    @staticmethod
    def name(nk):
        length, = struct.unpack_from("<H", nk, 72)
        raw = nk[76:76 + length]
        return raw.decode("latin-1" if nk[2] & 0x20 else "utf-16-le")

    def list(self, at):
        cell = self.cell(at)
        kind, count = cell[:2], struct.unpack_from("<H", cell, 2)[0]
        if kind == b"ri":
            for i in range(count):
                yield from self.list(struct.unpack_from("<I", cell, 4 + 4 * i)[0])
        else:
            step = 4 if kind == b"li" else 8
            for i in range(count):
                yield struct.unpack_from("<I", cell, 4 + step * i)[0]

    def children(self, at):
        nk = self.cell(at)
        if struct.unpack_from("<I", nk, 20)[0]:
            for child in self.list(struct.unpack_from("<I", nk, 28)[0]):
                yield self.name(self.cell(child)), child

    def open(self, path):
        at = struct.unpack_from("<I", self.data, 36)[0]
        for part in path.split("\\"):
            found = [c for name, c in self.children(at) if name.lower() == part.lower()]
            if not found:
                return None
            at = found[0]
        return at

    def values(self, at):
        nk = self.cell(at)
        count, where = struct.unpack_from("<II", nk, 36)
        cell = self.cell(where) if count else b""
        found = {}
        for i in range(count):
            vk = self.cell(struct.unpack_from("<I", cell, 4 * i)[0])
            length, = struct.unpack_from("<H", vk, 2)
            size, data, kind = struct.unpack_from("<III", vk, 4)
            raw = vk[8:12] if size >> 31 else self.cell(data)[:size]
            if kind == 4:
                raw = struct.unpack("<I", raw[:4])[0]
            else:
                raw = raw.decode("utf-16-le", "replace").rstrip("\0")
            found[vk[20:20 + length].decode("latin-1").lower()] = raw
        return found

    def packages(self):
        """identity -> values; None without the table."""
        at = self.open(SERVICING + r"\Packages")
        if at is None:
            return None
        return {name: self.values(child) for name, child in self.children(at)}


STATES = {0: "Absent", 5: "Uninstall Pending", 16: "Resolving", 32: "Resolved", 48: "Staging",
          64: "Staged", 80: "Superseded", 96: "Install Pending", 101: "Partially Installed",
          112: "Installed", 128: "Permanent", -32: "Invalid Resolved", -64: "Invalid Staged",
          -112: "Invalid Installed", -128: "Invalid Permanent"}
CHILD = re.compile(r"^Package_\d+_for_|_(RTM|SP\d+|RTM_GM|RTM_BF|BF|GM)~|-wrapper~", re.I)


def family(identity):
    name, _, arch, language, _ = identity.lower().split("~")
    if "servicingstack" in name:
        name = re.sub(r"_\d+$", "", name)
    return name, arch, language


def version(identity):
    return tuple(int(n) for n in identity.split("~")[4].split("."))


def verdict(identity, states):
    """Rows.md, section 4, for a hive alone: UpdateStatus, Certainty."""
    state = states[identity]
    newer = any(family(other) == family(identity) and version(other) > version(identity)
                and states[other] in (96, 112, 128) for other in states)
    if state in (112, 128, 96):
        return 2, "seen"
    if state == 80:
        return 1, "seen"
    if state == 5:
        return (1 if newer else 3), "seen"
    if state == 101:
        return 3, "inferred"
    if state < 0:
        return 0, "seen"
    return (1, "inferred") if newer else (0, "seen")


def update_id(identity, kb):
    if kb:
        return kb
    number = 0xCBF29CE484222325
    for byte in identity.lower().encode():
        number = (number ^ byte) * 0x100000001B3 % 2**64
    return -1 - (number & 0x3FFFFFFF)


def file_time(values):
    ticks = values.get("installtimehigh", 0) << 32 | values.get("installtimelow", 0)
    if not ticks:
        return None
    moment = datetime.datetime(1601, 1, 1) + datetime.timedelta(seconds=ticks // 10**7)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def name_of_update(identity):
    return re.match(r"Package_for_", identity, re.I) and not CHILD.search(identity)


def expected_rows(packages, everything):
    """identity -> what its row must be. Absence is not expected: no other index is asked."""
    states = {}
    for name, values in packages.items():
        number = values.get("currentstate")
        states[name] = number - 2**32 if number >= 2**31 else number
    rows = {}
    for name, values in packages.items():
        kb = re.search(r"_for_KB(\d{6,7})", name, re.I)
        if CHILD.search(name) or not (everything or name_of_update(name)):
            continue
        status, certainty = verdict(name, states)
        rows[name] = {
            "UpdateStatus": status,
            "UpdateID": update_id(name, int(kb[1]) if kb else 0),
            "AppliedDateTime": file_time(values) if status == 2 else None,
            "UpdateInstallationStatus": 0,
            "State": STATES[states[name]],
            "Certainty": certainty,
        }
        if kb:
            rows[name]["UpdateTitle"] = f"Update for Windows (KB{kb[1]})"
        elif name_of_update(name):
            short = name.split("~")[4]
            if re.search("RollupFix|ServicingStack", name):
                short = ".".join(short.split(".")[:2])
            rows[name]["UpdateTitle"] = f"Update for Windows ({short})"
        else:
            rows[name]["UpdateTitle"] = name
    return rows


def check_hive_rows(where, report, index, packages, everything, titled=()):
    rows = {}
    for row in report["SMS_ImageUpdateStatus"]:
        if row["ImageIndex"] != index:
            continue
        for package in row["Dismal"]["Packages"]:
            rows[package["Identity"]] = row
    wanted = expected_rows(packages, everything)
    for identity in wanted.keys() - rows.keys():
        fail(where, f"no row for {identity}")
    for identity in rows.keys() & packages.keys() - wanted.keys():
        fail(where, f"a row for {identity}")
    for identity in wanted.keys() & rows.keys():
        row = {**rows[identity], **rows[identity]["Dismal"]}
        for key, value in wanted[identity].items():
            if key != "UpdateTitle" or identity not in titled:
                check(f"{where} {identity}", key, row[key], value)
    for identity in rows.keys() - packages.keys():  # known to another index, or by its .mum
        row = rows[identity]
        check(f"{where} {identity}", "State", row["Dismal"]["State"], "Absent")
        check(f"{where} {identity}", "AppliedDateTime", row["AppliedDateTime"], None)
    tally["rows"] += len(rows)


# ---- Manifests -----------------------------------------------------------------------------

def identity_of(element):
    language = element.get("language", "neutral")
    return "~".join((element.get("name"), element.get("publicKeyToken"),
                     element.get("processorArchitecture"),
                     "" if language in ("neutral", "*") else language, element.get("version")))


def find_kb(pattern, text):
    found = re.search(pattern, text or "", re.I)
    return int(found[1]) if found and int(found[1]) not in PLACEHOLDERS else 0


class Manifest:
    def __init__(self, data):
        root = tree.fromstring(data)
        package = root.find(SPACE + "package")
        self.identity = identity_of(root.find(SPACE + "assemblyIdentity"))
        self.release = package.get("releaseType")
        self.restart = package.get("restart")
        self.display = root.get("displayName")
        self.parents = {identity_of(parent).lower() for parent in
                        package.findall(f"{SPACE}parent/{SPACE}assemblyIdentity")}
        stack = package.find(SPACE + "installerAssembly")
        self.stack = stack.get("version") if stack is not None else None
        self.hidden = {identity_of(child.find(SPACE + "assemblyIdentity")).lower()
                       for child in package.findall(f"{SPACE}update/{SPACE}package")}
        names = " ".join(update.get("name", "") for update in package.findall(SPACE + "update"))
        self.kb = (find_kb(r"^KB(\d{6,7})(?!\d)", package.get("identifier"))
                   or find_kb(r"(?:[?&]kbid=|/help/|/kb/)(\d{6,7})", root.get("supportInformation"))
                   or find_kb(r"Fix for KB(\d{6,7})", root.get("description"))
                   or find_kb(r"_for_KB(\d{6,7})", self.identity)
                   or find_kb(r"(?:^| )(\d{6,7})-\d+_", names))
        if self.release in ("Language Pack", "OnDemand Pack", "Foundation", "Product", "Local Pack"):
            self.kb = 0

    def title(self):
        if self.display not in (None, "", "default"):
            return self.display
        return f"{self.release} for Windows (KB{self.kb})" if self.kb else None


def is_manifest(data):
    return b"urn:schemas-microsoft-com:asm.v3" in data[:4096] and b"<package" in data and \
        not data.lstrip().startswith(b"<UpdateIdentity")


def check_package(where, given, wanted):
    check(where, "Identity", given["Identity"].lower(), wanted.identity.lower())
    check(where, "KB", given["KB"], f"KB{wanted.kb}" if wanted.kb else None)
    check(where, "ReleaseType", given["ReleaseType"], wanted.release)
    check(where, "ServicingStack", given["ServicingStack"], wanted.stack)
    check(where, "Restart", given["Restart"], wanted.restart)
    check(where, "Parents", {p.lower() for p in given["Parents"]}, wanted.parents)
    if wanted.title():
        check(where, "Title", given["Title"], wanted.title())
    tally["packages"] += 1


def tops_of(files):
    """The manifests of one folder that an administrator would add: by their files' names."""
    manifests = {name: Manifest(data) for name, data in files.items()}
    inside = set().union(*(m.hidden for m in manifests.values())) if manifests else set()
    return [m for name, m in manifests.items() if name.lower() == "update.mum"
            or (m.identity.lower() not in inside and not CHILD.search(m.identity))]


def check_tops(where, report, files):
    given = {p["Identity"].lower(): p for p in report["packages"]}
    wanted = {m.identity.lower(): m for m in tops_of(files)}
    check(where, "the set of packages", set(given), set(wanted))
    for identity in given.keys() & wanted.keys():
        check_package(f"{where} {identity}", given[identity], wanted[identity])


# ---- Containers ----------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def unpacked(path):
    """A cabinet as a folder, by cabextract."""
    target = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    subprocess.run(["cabextract", "-q", "-d", target, path], check=True, capture_output=True)
    return target


@functools.lru_cache(maxsize=None)
def from_wim(path, index, member):
    target = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    options = ["--dest-dir", target, "--no-acls"]
    if path.suffix == ".swm":
        path = path.parent / (re.sub(r"\d*$", "", path.stem) + ".swm")  # the first part
        options.append("--ref=" + str(path)[:-4] + "*.swm")
    subprocess.run(["wimlib-imagex", "extract", path, str(index), "/" + member, *options],
                   check=True, capture_output=True)
    return target / member.split("/")[-1]


def member(path, rest):
    """The file that a place names: what stands behind the path of the input."""
    path = pathlib.Path(path)
    while rest:
        inside = re.match(r":(\d+)/(.*)$", rest)
        if inside:
            return from_wim(path, int(inside[1]), inside[2])
        if path.is_file():
            path = unpacked(path)
        part, slash, rest = rest.lstrip("/").partition("/")
        path, rest = path / part, slash + rest
    return path


def manifests_in(path):
    """name -> bytes, of one folder or cabinet and of the cabinets in it: the one with any."""
    folder = path if path.is_dir() else unpacked(path)
    for place in [folder] + [f for f in sorted(folder.rglob("*")) if f.is_dir()]:
        found = {f.name: f.read_bytes() for f in place.glob("*.mum")}
        if found:
            return found
    for inner in sorted(folder.rglob("*.cab")):
        found = manifests_in(inner) if inner.name.upper() != "WSUSSCAN.CAB" else {}
        if found:
            return found
    return {}


# ---- Places --------------------------------------------------------------------------------

KEYS = {"hive-packages": "Packages", "windows-version": "CurrentVersion"}


def squeeze(text):
    return " ".join(text.split())


def decode(data, at):
    """Text from that byte on, in the encoding that the document has."""
    if data[:2] == b"\xff\xfe" or data[1:2] == b"\0" or data[at + 1:at + 2] == b"\0":
        return data[at:at + 8192].decode("utf-16-le", "replace")
    return data[at:at + 8192].decode("utf-8", "replace")


def check_hive_place(where, data, evidence):
    name = Hive(data).name_at(evidence["Offset"])
    words = evidence["Text"].split(":")[0].split("\\")[-1]
    wanted = KEYS.get(evidence["Fact"], words)
    check(where, "the key at the place", (name or "").lower(), wanted.lower())


def check_text_place(where, data, evidence):
    at, text = evidence["Offset"], squeeze(evidence["Text"])
    found = squeeze(decode(data, at))
    if text.startswith("<"):  # XML: the tag at the place is one of those in the words
        tag = re.match(r"<[^>]*>?", found)
        if not tag or squeeze(tag[0])[:200] not in text:
            fail(where, f"at {at} stands {found[:60]!r}, not {text[:60]!r}")
    elif not text or not found.startswith(text[:60]):
        fail(where, f"at {at} stands {found[:60]!r}, not {text[:60]!r}")
    if evidence["Line"]:
        ends = data[:at].decode("utf-16-le" if data[:2] == b"\xff\xfe" else "latin-1",
                                "replace").count("\n")
        check(where, "the line of the place", evidence["Line"], ends + 1)


def check_place(where, path, given, evidence):
    name = evidence["Input"]
    rest = evidence["Place"][len(name):]
    if evidence["Line"]:
        rest = rest.rsplit(":", 1)[0]
    tally["places"] += 1
    for candidate in given:
        if candidate.rstrip("/").endswith(name):
            path = corpus / candidate
    try:
        data = member(path, rest).read_bytes()
    except (OSError, subprocess.CalledProcessError) as error:
        fail(where, f"the place {evidence['Place']} cannot be opened: {error}")
        return
    if data[:4] == b"regf":
        check_hive_place(where, data, evidence)
    else:
        check_text_place(where, data, evidence)


def check_places(paths, report):
    seen = set()
    for kind in ("SMS_ImageUpdateStatus", "SMS_ImageServicingProgress", "SMS_ImageUpdateHistory",
                 "SMS_ImageUpdateStatusView"):
        for row in report.get(kind, []):
            for evidence in row["Dismal"]["Evidence"]:
                key = (evidence["Place"], evidence["Offset"])
                if key not in seen:
                    seen.add(key)
                    check_place(f"{paths[0]} {evidence['Place']}", corpus / paths[0], paths,
                                evidence)


# ---- What each kind of file must give ------------------------------------------------------

def sweep_hive(path):
    hive = Hive((corpus / path).read_bytes())
    for options in ((), ("--all-packages",)):
        report, code = scan([path], *options)
        check(path, "exit code", code, 0)
        check_places([path], report)
        packages = hive.packages()
        if packages is None:
            check(path, "number of rows", len(report["SMS_ImageUpdateStatus"]), 0)
        else:
            check_hive_rows(path, report, 0, packages, bool(options))


def sweep_image_file(paths, code=0):
    path = corpus / paths[0]
    report, given = scan(paths)
    check(paths[0], "exit code", given, code)
    check_places(paths, report)
    whole = subprocess.run(["wimlib-imagex", "info", path, "--xml"], capture_output=True)
    check_images(paths[0], report, whole.stdout)
    for image in report["images"]:
        index = image["ImageIndex"]
        try:
            hive = from_wim(path, index, "Windows/System32/config/SOFTWARE")
        except subprocess.CalledProcessError:
            continue
        packages = Hive(hive.read_bytes()).packages()
        if packages:
            listing = subprocess.run(["wimlib-imagex", "dir", path, str(index)],
                                     capture_output=True, text=True).stdout
            titled = {line.split("/")[-1][:-4] for line in listing.split("\n")
                      if line.endswith(".mum")}
            check_hive_rows(f"{paths[0]}:{index}", report, index, packages, False, titled)


ARCHITECTURES = {"0": "x86", "5": "arm", "6": "ia64", "9": "amd64", "12": "arm64"}


def check_images(where, report, data):
    """XML of a WIM against the images of the report. A hive knows better than XML."""
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig")
    wanted = {}
    for image in tree.fromstring(text).findall("IMAGE"):
        number = [image.findtext(f"WINDOWS/VERSION/{n}") for n in
                  ("MAJOR", "MINOR", "BUILD", "SPBUILD", "SPLEVEL")]
        wanted[int(image.get("INDEX"))] = {
            "Name": image.findtext("NAME") or image.findtext("DISPLAYNAME"),
            "Description": image.findtext("DESCRIPTION") or None,
            "Edition": image.findtext("WINDOWS/EDITIONID"),
            "Architecture": ARCHITECTURES.get(image.findtext("WINDOWS/ARCH")),
            "Version": ".".join(number[:3] + [str(max(int(n or 0) for n in number[3:]))])
                       if number[2] else None,
        }
    check(where, "the indexes", {i["ImageIndex"] for i in report["images"]}, set(wanted))
    for image in report["images"]:
        known = wanted.get(image["ImageIndex"], {})
        if "hive" in image["Sources"] and not image["VersionApproximate"]:
            known = {key: known[key] for key in ("Name", "Description") if key in known}
        for key, value in known.items():
            check(f"{where}:{image['ImageIndex']}", key, image[key], value)
        tally["images"] += 1


def sweep_saved_xml(path):
    report, code = scan([path])
    check(path, "exit code", code, 0)
    check_images(path, report, (corpus / path).read_bytes())


def sweep_manifest(path):
    data = (corpus / path).read_bytes()
    report, code = scan([path])
    check(path, "exit code", code, 0)
    check(path, "number of packages", len(report["packages"]), 1)
    for package in report["packages"]:
        check_package(path, package, Manifest(data))
        check_package_place(path, package, data)


def check_package_place(where, package, data):
    line = int(package["Place"].rsplit(":", 1)[1])
    found = data.split(b"\n")[line - 1]
    if b"<package" not in found and b":package" not in found:
        fail(where, f"line {line} is no package: {found[:60]!r}")


def sweep_packages(path):
    """A folder of manifests, a cabinet, an update's file."""
    report, code = scan([path])
    check(path, "exit code", code, 0)
    check_tops(path, report, manifests_in(corpus / path))
    for package in report["packages"]:
        name = package["Place"].rsplit(":", 1)[0]
        if (corpus / path).is_dir():
            file, = (f for f in (corpus / path).rglob("*.mum") if str(f).endswith("/" + name))
        else:
            file = member(corpus / path, name[len(pathlib.Path(path).name):])
        check_package_place(path, package, file.read_bytes())


def sweep_part(path):
    """A manifest that breaks off: what stands before is read, and said to be no more."""
    data = (corpus / path).read_bytes()
    report, code = scan([path])
    check(path, "exit code", code, 3)
    check(path, "number of packages", len(report["packages"]), 1)
    identity = re.search(rb"<assemblyIdentity ([^>]*)>", data)[1].decode()
    values = dict(re.findall(r'(\w+)="([^"]*)"', identity))
    for package in report["packages"]:
        check(path, "Identity", package["Identity"].lower(), identity_of(values).lower())
    codes = [d["Code"] for d in report["diagnostics"]]
    check(path, "the diagnostics", codes, ["xml-refused"])


def sweep_list(path):
    """A saved list of packages: each state, each time."""
    text = (corpus / path).read_text(encoding="utf-8-sig")
    report, _ = scan([path], "--all-packages")
    states = dict(re.findall(r"Package Identity : (\S+)\s+State : ([^\r\n]+?)\s*\n", text))
    given = {p["Identity"]: p["State"] for row in report["SMS_ImageUpdateStatus"]
             for p in row["Dismal"]["Packages"]}
    for identity in states.keys() & given.keys():
        check(f"{path} {identity}", "State", given[identity], states[identity])
    missing = {i for i in states.keys() - given.keys() if not CHILD.search(i)}
    check(path, "packages without a row", missing, set())
    tally["listed"] += len(states)
    check_places([path], report)


def sweep_read(path, codes):
    report, code = scan([path])
    if code not in codes:
        fail(path, f"exit code {code}, not {codes}")
    check_places([path], report)


# ---- All of them ---------------------------------------------------------------------------

HOSTILE = {"cyclic.wim": 3, "dotdot.wim": 3, "duplicate_names.wim": 3}


def sweep(path):
    file = corpus / path
    tally["files"] += 1
    if path.startswith("hive/"):
        return sweep_hive(path)
    if re.search(r"\.(wim|esd|ppkg)$", path):
        return sweep_image_file([path], HOSTILE.get(file.name, 0))
    if path.endswith(".swm"):
        return sweep_image_file([path])
    if path.startswith("wim/xml/") and path.endswith(".xml"):
        return sweep_saved_xml(path)
    if re.search(r"\.(cab|msu)$", path):
        return sweep_packages(path)
    if path.endswith(".part"):
        return sweep_part(path)
    if path.endswith(".mum") or ("/mum/" in path and path.endswith(".xml")):
        data = file.read_bytes()
        return sweep_manifest(path) if is_manifest(data) else sweep_read(path, {0, 4})
    if path.startswith("manifest/dismout/") and file.suffix == ".txt" and \
            b"Package Identity :" in file.read_bytes():
        return sweep_list(path)
    if path.startswith("manifest/wsusscan/"):
        return sweep_read(path, {0})
    return sweep_read(path, {0, 3, 4})


def all_paths():
    for group in ("hive", "wim", "manifest", "dism", "cbs"):
        for file in sorted((corpus / group).rglob("*")):
            if file.is_file() and file.name != "INDEX.md":
                yield str(file.relative_to(corpus))


def sweep_sets():
    """What is given together: the parts of a split WIM, a folder as a package."""
    parts = sorted(str(f.relative_to(corpus)) for f in (corpus / "wim").rglob("*.swm"))
    if parts:
        sweep_image_file(parts)
    for folder in sorted((corpus / "manifest/mum/from-msu-cab").glob("*")):
        sweep_packages(str(folder.relative_to(corpus)))


def main():
    global program, corpus, scratch
    program, corpus = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory(prefix="dismal-sweep.") as folder:
        scratch = folder
        for path in sys.argv[3:] or all_paths():
            sweep(path)
        if not sys.argv[3:]:
            sweep_sets()
    print(", ".join(f"{count} {what}" for what, count in tally.items()), f"; {wrong} wrong")
    return 1 if wrong else 0


sys.exit(main())
