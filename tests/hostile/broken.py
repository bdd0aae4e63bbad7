"""Broken images: each is told with its place and its cause, and everything else is still read."""
import hashlib
import lzma
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import zipfile

from samples import (IN_PROGRESS, Wof, mum, package, session, write_cab, write_software, write_wim)

TOOLS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tools")
KB1, KB2, KB3 = 5992001, 5992002, 5992003
SOFTWARE = "/Windows/System32/config/SOFTWARE"
FOLDER = "/Windows/servicing/Packages/"
MUM = FOLDER + package(KB3) + ".mum"


def hive(bench, kbs, **how):
    path = bench.path("hive.tmp")
    write_software(path, kbs, **how)
    with open(path, "rb") as file:
        return file.read()


def tree(software, manifests=None, sessions=None):
    """A Windows: the hive, manifests by KB or by name."""
    servicing = {"Packages": {key if isinstance(key, (str, bytes)) else package(key) + ".mum": content
                              for key, content in (manifests or {}).items()}}
    if sessions is not None:
        servicing["Sessions"] = {"Sessions.xml": sessions}
    return {"Windows": {"System32": {"config": {"SOFTWARE": software}}, "servicing": servicing}}


class Images:
    """Two indexes of one WIM: the first is the one that suffers, the second must come through."""

    def __init__(self, bench):
        self.bench = bench
        self.hive1, self.hive2 = hive(bench, [KB1]), hive(bench, [KB2])
        self.second = tree(self.hive2, {KB2: mum(KB2)})

    def wim(self, name, first, **how):
        path = self.bench.path(name + ".wim")
        write_wim(path, [first, self.second], **how)
        return path

    def hold(self, name, first, wanted, rows=None, code=3, **how):
        path = self.wim(name, first, **how)
        base = os.path.basename(path)
        wanted = [(d, base + place, words) for d, place, words in wanted]
        self.bench.hold(name, [path], code, wanted,
                        {(base, 2, KB2): 2, **{(base, 1, kb): status for kb, status in (rows or {}).items()}})
        os.unlink(path)


# ---- WIMs


def bend_cycle(images):
    """A folder whose children are those of the root: it holds itself."""
    image = images[0]
    root, = struct.unpack_from("<Q", image.bytes, image.subdirs[""])
    struct.pack_into("<Q", image.bytes, image.subdirs["Windows/servicing"], root)


def bend_far(images):
    """A folder whose children lie behind the end of the directory."""
    struct.pack_into("<Q", images[0].bytes, images[0].subdirs["Windows/servicing"], 1 << 40)


def bend_byte(images):
    images[0].bytes[300] ^= 1


def hold_wims(bench):
    images = Images(bench)
    whole = tree(images.hive1, {KB1: mum(KB1)})
    plain, first = whole["Windows"], hashlib.sha1(images.hive1).digest()
    twice = {"Windows": {"System32": plain["System32"], "servicing": {
        "Packages": [(package(KB1) + ".mum", mum(KB1)), (package(KB1) + ".mum", mum(KB3))]}}}

    images.hold("whole", whole, [], {KB1: 2}, 0)
    images.hold("cyclic", whole, [("image-damaged", ":1", "")], bend=bend_cycle)
    images.hold("far", whole, [("image-damaged", ":1", "")], bend=bend_far)
    images.hold("changed-directory", whole, [("image-damaged", ":1", "SHA-1")], bend=bend_byte, mend=False)
    images.hold("twice", twice, [("wim-names", ":1", "duplicate")], {KB1: 2})
    images.hold("folder-twice", [("Windows", plain), ("Windows", images.second["Windows"])],
                [("wim-names", ":1", "duplicate")])
    images.hold("dots", {"..": plain, **whole}, [("wim-names", ":1", "..")], {KB1: 2})
    images.hold("nul-name", tree(images.hive1, {"a\0b.mum".encode("utf-16-le"): mum(KB3)}),
                [("wim-names", ":1", "")], {KB1: 2})
    images.hold("slash", tree(images.hive1, {"../../x.mum": mum(KB3)}), [("wim-names", ":1" + FOLDER + "../../x.mum", "slash")],
                {KB1: 2})
    images.hold("being-written", whole, [("wim-incomplete", "", "")], {KB1: 2}, flags=IN_PROGRESS)
    images.hold("long-names", tree(images.hive1, {"q" * 32000 + ".mum": mum(KB3)}), [], {KB1: 2, KB3: 0}, 0)
    images.hold("wof", tree(Wof(), {KB1: mum(KB1)}), [("file-reparse", ":1" + SOFTWARE, "")], {KB1: 0})
    images.hold("lying-size", whole, [("file-too-large", ":1" + SOFTWARE, "")], {KB1: 0},
                claim=lambda digest, size: 1 << 40 if digest == first else size)
    images.hold("longer-size", whole, [("member-damaged", ":1" + SOFTWARE, "")], {KB1: 0},
                claim=lambda digest, size: size + 100000 if digest == first else size)


def hold_cut(bench):
    images = Images(bench)
    path, good = images.wim("cut", tree(images.hive1)), images.wim("good", tree(images.hive1))
    os.truncate(path, os.path.getsize(path) // 2)
    bench.hold("cut", [path, good], 3, [("wim-damaged", "cut.wim", "")],
               {("good.wim", 1, KB1): 2, ("good.wim", 2, KB2): 2})
    os.truncate(path, 100)
    bench.hold("cut-header", [path, good], 3, [("wim-damaged", "cut.wim", "")], {("good.wim", 2, KB2): 2})
    for flaw, xml in {"cut": "<WIM><IMAGE INDEX=\"1\">", "none": "<WIM></WIM>",
                      "doctype": "<!DOCTYPE WIM [<!ENTITY a \"b\">]><WIM><IMAGE INDEX=\"1\">&a;</IMAGE></WIM>",
                      "many": "<WIM>" + "".join(f'<IMAGE INDEX="{i}"/>' for i in range(1, 20001)) + "</WIM>"}.items():
        images.wim("cut", tree(images.hive1), xml=xml)
        bench.hold("xml-" + flaw, [path, good], 3,
                   [("wim-damaged", "cut.wim", ""), *([("xml-refused", "cut.wim", "")] if flaw in ("cut", "doctype")
                                                     else [])],
                   {("good.wim", 1, KB1): 2, ("good.wim", 2, KB2): 2})


def tool(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def blob_place(path, digest):
    """Offset and size of a blob as they stand in the table of an unpacked WIM."""
    with open(path, "rb") as file:
        whole = file.read()
    at = whole.rindex(digest)
    size, offset = struct.unpack_from("<QQ", whole, at - 30)
    return offset, size & (1 << 56) - 1


def flip(path, at, count=1):
    with open(path, "r+b") as file:
        file.seek(at)
        old = file.read(count)
        file.seek(at)
        file.write(bytes(byte ^ 0xFF for byte in old))


def hold_chunks(bench):
    """A chunk of a compressed blob, of a solid one, a missing part, a closed ESD."""
    if not shutil.which("wimlib-imagex"):
        print("no wimlib-imagex: chunks are not tried")
        return
    images = Images(bench)
    first = hive(bench, [KB1], extra=2000)
    source = bench.path("source.wim")
    write_wim(source, [tree(first, {KB1: mum(KB1)}), images.second])
    packed = bench.path("packed.wim")
    tool("wimlib-imagex", "export", source, "all", packed, "--compress=lzx", "--threads=1")
    offset, size = blob_place(packed, hashlib.sha1(first).digest())
    flip(packed, offset + size // 2, 40)
    bench.hold("chunk", [packed], 3, [("member-changed", "packed.wim:1" + SOFTWARE, "")], {("packed.wim", 2, KB2): 2})
    solid = bench.path("solid.esd")
    tool("wimlib-imagex", "export", source, "all", solid, "--solid", "--threads=1")
    with open(solid, "rb") as file:
        head = file.read(208)
    table, = struct.unpack_from("<Q", head, 56)
    xml, = struct.unpack_from("<Q", head, 80)
    flip(solid, 208 + (min(table, xml) - 208) // 3, 64)
    bench.scan("solid-chunk", [solid])
    with open(solid, "r+b") as file:
        file.seek(xml)
        file.write(bytes([0xC3]) * 64)
    bench.hold("encrypted", [solid, source], 3, [("wim-encrypted", "solid.esd", ""),
                                                 ("xml-refused", "solid.esd", "")],
               {("source.wim", 1, KB1): 2, ("source.wim", 2, KB2): 2})
    hold_parts(bench, source)


def hold_parts(bench, source):
    """Parts of a split WIM go missing, each in turn."""
    folder = bench.path("parts")
    os.mkdir(folder)
    tool("wimlib-imagex", "split", source, os.path.join(folder, "x.swm"), "0.1")
    parts = sorted(os.listdir(folder))
    for gone in parts[1:]:
        kept = os.path.join(bench.folder, gone)
        os.rename(os.path.join(folder, gone), kept)
        _, report = bench.scan("without-" + gone, [os.path.join(folder, "x.swm")])
        if report and not any(d["Code"] == "wim-part-missing" and d["Place"].startswith("x.swm")
                              for d in report["diagnostics"]):
            fault_of(bench, "without-" + gone, report)
        os.rename(kept, os.path.join(folder, gone))
    if len(parts) < 2:
        fault_of(bench, "parts", {"diagnostics": parts})
    bench.hold("all-parts", [os.path.join(folder, "x.swm")], 0, [], {("x.swm", 1, KB1): 2, ("x.swm", 2, KB2): 2})


def fault_of(_, name, report):
    from checks import fault
    fault(name, f"its diagnostics: {report['diagnostics'][:8]}")


# ---- Hives


def bend_self(writer, cell):
    """The key Packages lists itself in place of its first key."""
    listed, = struct.unpack_from("<I", writer.bins, cell + 4 + 28)
    struct.pack_into("<I", writer.bins, listed + 8, cell)


def bend_count(writer, cell):
    struct.pack_into("<I", writer.bins, cell + 4 + 20, 0x7FFFFFFF)


def bend_list(writer, cell):
    struct.pack_into("<I", writer.bins, cell + 4 + 28, 0x7FFFFFF0)


def bend_name(writer, cell):
    """The name of a package's key is longer than its cell."""
    listed, = struct.unpack_from("<I", writer.bins, cell + 4 + 28)
    below, = struct.unpack_from("<I", writer.bins, listed + 8)
    struct.pack_into("<H", writer.bins, below + 4 + 72, 0xFFFF)


def hold_hives(bench):
    images = Images(bench)
    place = ":1" + SOFTWARE

    def damaged(name, software, words, code="hive-damaged", rows=None):
        images.hold(name, tree(software, {KB1: mum(KB1)}), [(code, place, words)], rows)

    damaged("hive-half", images.hive1[:len(images.hive1) // 2], "ends before its last bin")
    damaged("hive-page", images.hive1[:4096], "no bin", rows={KB1: 0})
    damaged("hive-head", images.hive1[:100], "no base block", rows={KB1: 0})
    damaged("hive-zero", bytes(len(images.hive1)), "", "file-zero", {KB1: 0})
    damaged("hive-empty", b"", "empty", "not-recognised", {KB1: 0})
    damaged("hive-text", b"no hive at all", "no base block", rows={KB1: 0})
    damaged("hive-cycle", hive(bench, [KB1], change=bend_self), "not all of its keys")
    damaged("hive-count", hive(bench, [KB1], change=bend_count), "not all of its keys")
    damaged("hive-list", hive(bench, [KB1], change=bend_list), "not all of its keys")
    damaged("hive-name", hive(bench, [KB1], change=bend_name), "")
    damaged("hive-dirty", hive(bench, [KB1], sequences=(3, 2)), "no logs", "hive-not-closed", {KB1: 2})


def hold_torn_logs(bench):
    """Logs of a dirty hive: whole, torn, rubbish, of another hive; in a tree."""
    folder = bench.path("torn")
    config = os.path.join(folder, "Windows/System32/config")
    os.makedirs(config)
    write_software(bench.path("clean"), [KB1, KB2], extra=300)
    write_software(bench.path("old"), [KB1, KB2], extra=300, staged=[KB2])
    dirty = os.path.join(config, "SOFTWARE")
    for form in ("old", "new"):
        for flaw in ([], ["--torn"]):
            tool(sys.executable, "-B", os.path.join(TOOLS, "dirty_hive.py"), "--format", form, *flaw,
                 bench.path("clean"), bench.path("old"), dirty)
            name = f"logs-{form}{'-torn' if flaw else ''}"
            code, report = bench.scan(name, [folder])
            seen = {d["Code"]: d["Place"] for d in report["diagnostics"]} if report else {}
            if code != (3 if flaw else 0) or not set(seen) & {"hive-replayed", "hive-not-closed", "hive-log-torn"}:
                fault_of(bench, f"{name} (exit code {code})", report)
            if not all(place.endswith(SOFTWARE) for place in seen.values()):
                fault_of(bench, name, report)
    for name, content in {"rubbish": os.urandom(0) + b"\x5a" * 5000, "zero": bytes(8192), "empty": b""}.items():
        for log in ("LOG1", "LOG2"):
            with open(f"{dirty}.{log}", "wb") as file:
                file.write(content)
        bench.hold("logs-" + name, [folder], 3, [("hive-not-closed", SOFTWARE, "")])
    shutil.rmtree(folder)


# ---- Documents

DOCTYPE = '<!DOCTYPE assembly [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]>\n'
PARENT = ('<parent><assemblyIdentity name="Contoso-Base" version="10.0.1.1" processorArchitecture="amd64"'
          ' language="neutral" publicKeyToken="31bf3856ad364e35"/></parent>')


def hold_manifests(bench):
    images = Images(bench)
    flaws = {
        "doctype": (mum(KB3, before=DOCTYPE), "xml-refused", "DOCTYPE"),
        "external": (mum(KB3, before='<!DOCTYPE a SYSTEM "file:///etc/passwd">'), "xml-refused", "DOCTYPE"),
        "entity": (mum(KB3, '<update name="&z;"/>'), "xml-refused", "not defined"),
        "elements": (mum(KB3, '<update name="a"/>' * 1_000_000), "xml-refused", "more elements"),
        "deep": (mum(KB3, "<a>" * 100_000 + "</a>" * 100_000), "xml-refused", "depth"),
        "root": (mum(KB3, root="unattend"), "xml-refused", "root is 'unattend'"),
        "cut": (mum(KB3)[:300], "xml-refused", ""),
        "zero": (bytes(1000), "file-zero", ""),
        "empty": (b"", "not-recognised", "empty"),
        "text": (b"no XML at all", "xml-refused", "'<' not found"),
        "parents": (mum(KB3, PARENT * 5000), "facts-dropped", "parents"),
        "attribute": (mum(KB3, f'<update name="{"a" * 1_000_000}"/>'), "xml-refused", ""),
        "bytes": (mum(KB3).replace(b"Update", b"\xff\xfe\x80"), "xml-refused", ""),
    }
    for name, (content, code, words) in flaws.items():
        images.hold("mum-" + name, tree(images.hive1, {KB1: mum(KB1), KB3: content}), [(code, ":1" + MUM, words)],
                    {KB1: 2})


def hold_sessions(bench):
    images = Images(bench)
    place = ":1/Windows/servicing/Sessions/Sessions.xml"
    good = "<Sessions>\n" + session(276602112, KB1)
    for name, content, code, words in (
            ("cut", good, "xml-refused", ""),
            ("doctype", DOCTYPE + good + "</Sessions>", "xml-refused", "DOCTYPE"),
            ("root", "<Meetings></Meetings>", "xml-refused", "root is 'Meetings'"),
            ("tasks", "<Sessions><Session id='1_2'><Tasks><Phase>" + "<package id='a'/>" * 200_000 +
             "</Phase></Tasks></Session></Sessions>", "xml-refused", "tasks"),
            ("zero", "\0" * 100, "file-zero", ""),
            ("empty", "", "not-recognised", "")):
        images.hold("sessions-" + name, tree(images.hive1, {KB1: mum(KB1)}, content.encode()), [(code, place, words)],
                    {KB1: 2})


# ---- Archives

CLIMBING = ("../../outside.mum", "/etc/outside.mum", "C:\\Windows\\outside.mum", "a\\..\\..\\..\\outside.mum")


def write_zip(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def hold_paths(bench):
    """Names that lead out of an archive: told, read under a safe name, and nothing is written there."""
    for name in CLIMBING:
        path = bench.path("climb.zip")
        write_zip(path, [(name, mum(KB1)), ("inside.mum", mum(KB2))])
        report = bench.hold("zip-path", [path], 3, [("archive-path", "outside.mum", name.replace("\\", "/"))])
        hold_kbs("zip-path", report, KB1, KB2)
        path = bench.path("climb.cab")
        write_cab(path, [(name.encode(), mum(KB1)), (b"inside.mum", mum(KB2))])
        report = bench.hold("cab-path", [path], 3, [("archive-path", "outside.mum", name.replace("\\", "/"))])
        hold_kbs("cab-path", report, KB1, KB2)
    path = bench.path("climb.tar")
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("Windows/servicing/Packages/link.mum")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    bench.hold("tar-link", [path], 3, [("file-link", "link.mum", "")])
    if os.path.exists("/etc/outside.mum") or os.path.exists(os.path.join(os.path.dirname(bench.folder), "outside.mum")):
        fault_of(bench, "paths: a file was written", {"diagnostics": []})


def hold_kbs(name, report, *kbs):
    rows = {r["UpdateID"] for r in report["SMS_ImageUpdateStatus"]} if report else set()
    if not set(kbs) <= rows:
        fault_of(None, name, {"diagnostics": [f"rows of {sorted(rows)}, not of {kbs}"]})


def hold_damaged_archives(bench):
    zipped, cab, tar = bench.path("a.zip"), bench.path("a.cab"), bench.path("a.tar.gz")
    write_zip(zipped, [("x.mum", mum(KB1)), ("y.mum", mum(KB2) + os.urandom(0) + b"<!-- " + b"z" * 90000 + b" -->")])
    write_cab(cab, [(b"x.mum", mum(KB1)), (b"y.mum", mum(KB2) + b"<!-- " + b"z" * 90000 + b" -->")])
    with tarfile.open(tar, "w:gz") as archive:
        archive.add(zipped, "inner.zip")
    for path in (zipped, cab, tar):
        size = os.path.getsize(path)
        for part in (10, 3, 2):
            os.truncate(path, size - size // part)
            code, report = bench.scan("cut " + os.path.basename(path), [path])
            if code not in (3, 4) or not report["diagnostics"]:
                fault_of(bench, f"cut {path}, exit code {code}", report or {"diagnostics": []})
        os.unlink(path)
    if shutil.which("zip"):
        inner = bench.path("secret.mum")
        with open(inner, "wb") as file:
            file.write(mum(KB1))
        tool("zip", "-j", "-P", "contoso", zipped, inner)
        write_zip(bench.path("b.zip"), [("x.mum", mum(KB2))])
        report = bench.hold("encrypted-zip", [zipped, bench.path("b.zip")], 3,
                            [("archive-encrypted", "a.zip/secret.mum", "")])
        hold_kbs("encrypted-zip", report, KB2)


# ---- One in another


def hold_nested(bench):
    """Six containers are looked into, the seventh is told; what stands beside it is read."""
    images = Images(bench)
    innermost = images.wim("inner", tree(images.hive1))
    for kind in ("zip", "cab", "wim"):
        with open(innermost, "rb") as file:
            content, name = file.read(), "inner.wim"
        for depth in range(8):
            path = bench.path(f"{depth}.{kind}")
            entries = [(name, content), ("update.mum", mum(KB3 + depth))]
            if kind == "zip":
                write_zip(path, entries)
            elif kind == "cab":
                write_cab(path, [(n.encode(), c) for n, c in entries])
            else:
                write_wim(path, [dict(entries)])
            with open(path, "rb") as file:
                content, name = file.read(), os.path.basename(path)
            if depth == 4:
                bench.hold(f"{kind} in {kind}", [path], 0, [], {("inner.wim", 1, KB1): 2, ("inner.wim", 2, KB2): 2})
        bench.hold(f"{kind} too deep", [bench.path(f"7.{kind}")], 3, [("too-deep", f"1.{kind}", "")])


def hold_wide(bench):
    """Small archives that hold sixty each, which hold sixty each: no end without a common count."""
    inner = bench.path("inner.zip")
    write_zip(inner, [("update.mum", mum(KB1))])
    for depth in range(4):
        path = bench.path(f"wide{depth}.zip")
        with open(inner, "rb") as file:
            content = file.read()
        write_zip(path, [(f"{i}.zip", content) for i in range(60)])
        inner = path
    bench.hold("wide", [path], 3, [("archive-limit", ".zip", "containers")], within=128)


def hold_compressed(bench):
    images = Images(bench)
    with open(images.wim("x", tree(images.hive1)), "rb") as file:
        packed = lzma.compress(file.read())
    once, twice = bench.path("once.wim.xz"), bench.path("twice.wim.xz")
    with open(once, "wb") as file:
        file.write(packed)
    with open(twice, "wb") as file:
        file.write(lzma.compress(packed))
    bench.hold("xz", [once], 0, [], {("once.wim.xz", 1, KB1): 2, ("once.wim.xz", 2, KB2): 2})
    bench.hold("xz of xz", [twice, once], 3, [("needs-reader", "twice.wim.xz", "xz")], {("once.wim.xz", 1, KB1): 2})
    os.truncate(once, len(packed) // 2)
    code, report = bench.scan("xz cut", [once])
    if code not in (3, 4) or not report["diagnostics"]:
        fault_of(bench, f"xz cut, exit code {code}", report)


def hold_bombs(bench):
    """Zeros without end at a log's place: the entry is left, the others are read."""
    path = bench.path("bomb.zip")
    write_zip(path, [("Windows/servicing/Packages/a.mum", mum(KB1))])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("Windows/Logs/CBS/CBS.log", "w") as entry:
            for _ in range(300):
                entry.write(bytes(1 << 20))
        archive.writestr("Windows/servicing/Packages/z.mum", mum(KB2))
    report = bench.hold("zip bomb", [path], 3, [("archive-limit", "Windows/Logs/CBS/CBS.log", "more comes out"),
                                                ("file-zero", "Windows/Logs/CBS/CBS.log", "")], within=64)
    hold_kbs("zip bomb", report, KB1, KB2)


def hold_long_names(bench):
    path = bench.path("long.zip")
    names = ["n" * 65500 + ".mum", "d/" * 32700 + "x.mum", "Windows/servicing/Packages/" + "p" * 65500 + ".mum"]
    write_zip(path, [(name, mum(KB1 + i)) for i, name in enumerate(names)])
    report = bench.hold("long names", [path], 0)
    hold_kbs("long names", report, KB1, KB2)
    path = bench.path("many.zip")
    write_zip(path, [(f"{i}/update.mum" if i % 2 else f"{i}.mum", mum(KB1 + i)) for i in range(5000)])
    report = bench.hold("many", [path], 0, within=128)
    hold_kbs("many", report, KB1, KB1 + 4998)


CASES = [hold_wims, hold_cut, hold_chunks, hold_hives, hold_torn_logs, hold_manifests, hold_sessions, hold_paths,
         hold_damaged_archives, hold_nested, hold_wide, hold_compressed, hold_bombs, hold_long_names]
