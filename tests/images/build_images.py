#!/usr/bin/env python3
"""Builds the images of fixtures/_images: real hives, WIMs, cabinets out of text.

	build_images.py FIXTURES OUT [CASE]...

Every case gives one folder OUT/<case>/<run>/ a container, laid out like a fixture: the files to
read, args, truth.txt. fixtures/_images/README.md says how a case is written. The same bytes every
time: fixed times, fixed GUIDs, one thread. Needs wimlib-imagex and hivexregedit, and gcab where a
case has cabinets.
"""
import gzip
import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from datetime import datetime, timezone

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = os.path.join(TESTS, "tools")
WHEN = 1735689600  # 2025-01-01: the time of every file
LAST_WRITTEN = "2025-07-01T00:00:00Z"  # hives and images, where a case does not say when
HIVE_TIME = 12
HEADER_GUID, HEADER_BLOBS, HEADER_XML = 24, 48, 72
BLOB_ENTRY, BLOB_HASH = 50, 30  # of the blob table: its size, where the SHA-1 stands
METADATA = 2  # a flag, in the byte above a blob's size
SIZE_BITS = (1 << 56) - 1
XML_TIMES = ("CREATIONTIME", "LASTMODIFICATIONTIME")
TREE = re.compile(r"image-(\d+)$")


def fail(case, words):
    sys.exit(f"{case}: {words}")


def call(*words, cwd=None):
    done = subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env={**os.environ, "SOURCE_DATE_EPOCH": str(WHEN), "PYTHONDONTWRITEBYTECODE": "1"})
    if done.returncode:
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout.decode(errors='replace')}")


def read_lines(path):
    """Lines without comments and blanks at their end; none when there is no such file."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip() for line in file]
    return [line for line in lines if line and not line.startswith("#")]


def settle(folder):
    """Gives every file below the folder its fixed time."""
    for root, folders, files in os.walk(folder, topdown=False):
        for name in files + folders:
            os.utime(os.path.join(root, name), (WHEN, WHEN), follow_symlinks=False)
    os.utime(folder, (WHEN, WHEN))


# ---- Hives


def with_parents(text):
    """The .reg text with every key that lies above one of its keys: hivexregedit makes none."""
    out, seen = [], set()
    for line in text.splitlines():
        match = re.match(r"\[(HKEY_LOCAL_MACHINE\\[^\\\]]+\\)(.*)\]$", line)
        if not match:
            out.append(line)
            continue
        parts = match.group(2).split("\\")
        for count in range(1, len(parts) + 1):
            key = "\\".join(parts[:count])
            if key.lower() not in seen or count == len(parts):
                seen.add(key.lower())
                out += ["", f"[{match.group(1)}{key}]"]
    return "\n".join(out) + "\n"


def filetime_of(text):
    """2025-06-12T10:00:00Z"""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return (int(moment.timestamp()) + 11644473600) * 10**7


def write_hive_time(path, filetime):
    """When the hive was written last, as its header says; with the header's checksum."""
    with open(path, "r+b") as file:
        base = bytearray(file.read(512))
        struct.pack_into("<Q", base, HIVE_TIME, filetime)
        total = 0
        for (word,) in struct.iter_unpack("<I", base[:508]):
            total ^= word
        struct.pack_into("<I", base, 508, {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(total, total))
        file.seek(0)
        file.write(base)


def make_hive(reg):
    """SOFTWARE.reg becomes the hive SOFTWARE beside it, SOFTWARE.before.reg SOFTWARE.before."""
    path = reg.removesuffix(".reg")
    name = os.path.basename(path).split(".")[0]
    with open(reg, encoding="utf-8") as file:
        text = with_parents(file.read())
    with open(reg, "w", encoding="utf-8") as file:
        file.write(text)
    call(sys.executable, "-B", os.path.join(TOOLS, "make_hive.py"), "--name",
         f"\\SystemRoot\\System32\\Config\\{name}", path)
    call("hivexregedit", "--merge", "--prefix", f"HKEY_LOCAL_MACHINE\\{name.upper()}", path, reg)
    os.remove(reg)
    write_hive_time(path, filetime_of(LAST_WRITTEN))


def make_hives(folder):
    for root, _, files in os.walk(folder):
        for name in sorted(files):
            if name.endswith(".reg"):
                make_hive(os.path.join(root, name))


# ---- WIMs


def properties(path):
    """image-1.xml.txt: NAME=value lines; times as 2025-06-12T10:00:00Z."""
    return dict(line.split("=", 1) for line in read_lines(path))


def fix_times(xml, times):
    """Puts our times into the XML of a WIM: they have a fixed width, nothing moves."""
    images = re.split(r'(?=<IMAGE INDEX=)', xml)
    for at, image in enumerate(images):
        for word in XML_TIMES if at else ():
            value = times[at - 1].get(word, filetime_of(LAST_WRITTEN))
            halves = f"<{word}><HIGHPART>0x{value >> 32:08X}</HIGHPART><LOWPART>0x{value & 0xFFFFFFFF:08X}</LOWPART>"
            image = re.sub(f"<{word}><HIGHPART>0x[0-9A-F]{{8}}</HIGHPART><LOWPART>0x[0-9A-F]{{8}}</LOWPART>",
                           halves, image)
        images[at] = image
    return "".join(images)


def fix_wim(path, guid, times):
    with open(path, "r+b") as file:
        whole = bytearray(file.read())
        size, offset, _ = struct.unpack_from("<QQQ", whole, HEADER_XML)
        size &= (1 << 56) - 1
        xml = whole[offset:offset + size].decode("utf-16-le")
        whole[offset:offset + size] = fix_times(xml, times).encode("utf-16-le")
        whole[HEADER_GUID:HEADER_GUID + 16] = guid
        file.seek(0)
        file.write(whole)


def capture(path, trees, compression):
    """One WIM of the trees; returns their times as the XML is to state them."""
    times = []
    for at, tree in enumerate(trees):
        given = properties(tree + ".xml.txt")
        times.append({word: filetime_of(given[word]) for word in XML_TIMES if word in given})
        words = ["wimlib-imagex", "append" if at else "capture", tree, path, given.pop("NAME", f"image {at + 1}")]
        words += [f"--image-property={name}={value}" for name, value in given.items() if name not in XML_TIMES]
        words += ["--no-acls", "--threads=1", "--rebuild" if at else f"--compress={compression}"]
        call(*words)
    return times


def make_wim(path, trees, kind, detail):
    """kind wim: detail lzx, xpress, none; esd: solid; swm: size of a part in MiB."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    guid = hashlib.sha256(os.path.basename(path).encode()).digest()[:16]
    whole = path if kind == "wim" else path + ".whole"
    times = capture(whole, trees, detail if kind == "wim" else "lzx")
    if kind == "esd":
        call("wimlib-imagex", "export", whole, "all", path, "--solid", "--threads=1")
    elif kind == "swm":
        call("wimlib-imagex", "split", whole, path, detail)
    if kind != "wim":
        os.remove(whole)
    stem, ending = os.path.splitext(path)
    for part in sorted(os.listdir(os.path.dirname(path))):
        full = os.path.join(os.path.dirname(path), part)
        if full.startswith(stem) and full.endswith(ending):
            fix_wim(full, guid, times)


# ---- Damage, and other things done to files


def done_cut(path, words):
    """cut FILE half | BYTES"""
    size = os.path.getsize(path)
    wanted = size // 2 if words == ["half"] else int(words[0])
    if wanted >= size:
        sys.exit(f"cut {path}: it has {size} bytes")
    os.truncate(path, wanted)


def done_zero(path, _):
    """zero FILE: as many zeros as it has bytes"""
    size = os.path.getsize(path)
    with open(path, "wb") as file:
        file.write(bytes(size))


def done_drop(path, _):
    """drop FILE"""
    os.remove(path)


def done_flip(path, words):
    """flip FILE TEXT: turns the bits of every place where the text stands, in UTF-8"""
    text = " ".join(words).encode()
    with open(path, "r+b") as file:
        whole = file.read()
        if text not in whole:
            sys.exit(f"flip {path}: '{' '.join(words)}' is not in it")
        file.seek(0)
        file.write(whole.replace(text, bytes(byte ^ 0xFF for byte in text)))


def done_swap(path, words):
    """swap FILE OLD NEW: another text of the same length, in UTF-8, without mending any hash"""
    old, new = (word.encode() for word in words)
    with open(path, "r+b") as file:
        whole = file.read()
        if old not in whole or len(old) != len(new):
            sys.exit(f"swap {path}: '{words[0]}' is not in it, or '{words[1]}' is of another length")
        file.seek(0)
        file.write(whole.replace(old, new))


def replace_bytes(path, old, new):
    with open(path, "r+b") as file:
        whole = file.read()
        if old not in whole or len(old) != len(new):
            sys.exit(f"{path}: '{old.hex()}' is not in it, or '{new.hex()}' is of another length")
        file.seek(0)
        file.write(whole.replace(old, new))


def done_bytes(path, words):
    """bytes FILE OLD NEW: hexadecimal, as many of one as of the other, wherever they stand"""
    replace_bytes(path, *(bytes.fromhex(word) for word in words))


def done_patch(path, words):
    """patch FILE OFFSET NEW: hexadecimal bytes at that offset"""
    with open(path, "r+b") as file:
        file.seek(int(words[0]))
        file.write(bytes.fromhex(words[1]))


def wim_blobs(path):
    """(where its entry stands, is it metadata, offset, size) of each blob of a WIM that is not solid"""
    with open(path, "rb") as file:
        whole = file.read()
    size, table = struct.unpack_from("<QQ", whole, HEADER_BLOBS)
    for entry in range(table, table + (size & SIZE_BITS), BLOB_ENTRY):
        size, offset = struct.unpack_from("<QQ", whole, entry)
        yield entry, bool(size >> 56 & METADATA), offset, size & SIZE_BITS


def done_spoil(path, words):
    """spoil FILE metadata|largest: the first half of that blob of a WIM becomes FF, which decodes to nothing"""
    blobs = [blob for blob in wim_blobs(path) if blob[1] == (words[0] == "metadata")]
    _, _, offset, size = max(blobs, key=lambda blob: blob[3])
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(b"\xFF" * (size // 2))


def done_lose(path, _):
    """lose FILE: the largest blob of a WIM is said to lie behind the end of the file"""
    entry, _, offset, _ = max((blob for blob in wim_blobs(path) if not blob[1]), key=lambda blob: blob[3])
    done_patch(path, [str(entry + 8), struct.pack("<Q", offset + (1 << 32)).hex()])


def done_directory(path, words):
    """directory FILE OLD NEW: hexadecimal; in the metadata of a WIM without compression, whose hash
    is made anew: what the directory says becomes another thing, and nothing tells"""
    old, new = (bytes.fromhex(word) for word in words)
    with open(path, "rb") as file:
        whole = bytearray(file.read())
    for entry, is_metadata, offset, size in wim_blobs(path):
        blob = bytes(whole[offset:offset + size])
        if is_metadata and old in blob:
            blob = blob.replace(old, new)
            whole[offset:offset + size] = blob
            whole[entry + BLOB_HASH:entry + BLOB_ENTRY] = hashlib.sha1(blob).digest()
    with open(path, "wb") as file:
        file.write(whole)


def done_link(path, words):
    """link FILE TARGET: in place of the file, a symbolic link"""
    os.remove(path)
    os.symlink(words[0], path)


def done_repeat(path, words):
    """repeat FILE TIMES: its content as often"""
    with open(path, "rb") as file:
        whole = file.read()
    with open(path, "wb") as file:
        for _ in range(int(words[0])):
            file.write(whole)


def done_append(path, words):
    """append FILE OTHER...: other files of its folder behind it; they go"""
    with open(path, "ab") as to:
        for word in words:
            other = os.path.join(os.path.dirname(path), word)
            with open(other, "rb") as file:
                shutil.copyfileobj(file, to)
            os.remove(other)


def done_gzip(path, _):
    """gzip FILE: FILE.gz in place of it"""
    with open(path, "rb") as source, gzip.GzipFile(path + ".gz", "wb", mtime=0) as packed:
        shutil.copyfileobj(source, packed)
    os.remove(path)


def done_dirty(path, words):
    """dirty HIVE old|new|none: as HIVE.before was, not closed cleanly, with the logs that lead to
    HIVE in that form, or without"""
    form = words[0]
    call(sys.executable, "-B", os.path.join(TOOLS, "dirty_hive.py"), "--format", "new" if form == "none" else form,
         path, path + ".before", path + ".dirty")
    os.remove(path + ".before")
    os.replace(path + ".dirty", path)
    for log in (".LOG1", ".LOG2"):
        if form == "none":
            os.remove(path + ".dirty" + log)
        else:
            os.replace(path + ".dirty" + log, path + log)


def done_written(path, words):
    """written HIVE TIME: when it was written last"""
    write_hive_time(path, filetime_of(words[0]))


def done_zip(path, words):
    """zip FILE FOLDER [NAME=FILE]...: the folder's files, and others under names of their own"""
    folder = os.path.join(os.path.dirname(path), words[0])
    names = []
    for root, folders, files in os.walk(folder):
        folders.sort()
        names += [(os.path.relpath(os.path.join(root, name), folder), os.path.join(root, name))
                  for name in sorted(files)]
    for word in words[1:]:
        name, source = word.split("=", 1)
        names.append((name, os.path.join(folder, source)))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in names:
            entry = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with open(source, "rb") as file:
                archive.writestr(entry, file.read())
    shutil.rmtree(folder)


def done_cab(path, words):
    """cab FILE FOLDER: the folder as a cabinet (MSZIP), names with their folders"""
    folder = os.path.join(os.path.dirname(path), words[0])
    settle(folder)
    names = sorted(os.path.relpath(os.path.join(root, name), folder)
                   for root, _, files in os.walk(folder) for name in files)
    call("gcab", "-c", "-z", os.path.abspath(path), *names, cwd=folder)
    shutil.rmtree(folder)


def done_pack(path, words):
    """pack FILE FOLDER: the folder as a WIM of one image"""
    folder = os.path.join(os.path.dirname(path), words[0])
    settle(folder)
    make_wim(path, [folder], "wim", "lzx")
    shutil.rmtree(folder)


CHANGES = {
    "cut": done_cut,
    "zero": done_zero,
    "drop": done_drop,
    "flip": done_flip,
    "swap": done_swap,
    "bytes": done_bytes,
    "patch": done_patch,
    "spoil": done_spoil,
    "lose": done_lose,
    "directory": done_directory,
    "link": done_link,
    "repeat": done_repeat,
    "append": done_append,
    "gzip": done_gzip,
    "dirty": done_dirty,
    "written": done_written,
    "zip": done_zip,
    "cab": done_cab,
    "pack": done_pack,
}


# ---- Truth


def expand(case, line, run, kind, container):
    """A line of truth.txt for one run; None when it is for others."""
    line = line.strip()
    if line.startswith("["):
        wanted, line = line[1:].split("]", 1)
        wanted = wanted.split(",")
        refused = [word[1:] for word in wanted if word.startswith("!")]
        asked = [word for word in wanted if not word.startswith("!")]
        if run in refused or kind in refused or (asked and run not in asked and kind not in asked):
            return None
    words = []
    for word in re.findall(r'(?:"[^"]*"|[^\s"])+', line.strip()):
        if word.startswith("#"):
            break
        if not re.match(r"@\d*$", word):
            words.append(word)
        elif kind == "files":
            fail(case, f"truth.txt has '{word}', but there is no container: {line}")
        elif kind == "tree" and word[1:] not in ("", run.removeprefix("tree-")):
            return None
        else:
            words.append(f"image-{run.removeprefix('tree-')}" if kind == "tree" else container)
            if len(word) > 1:
                words.append("0" if kind == "tree" else word[1:])
    return " ".join(words)


def write_truth(case, folder, run, kind, container, out):
    lines = read_lines(os.path.join(folder, "truth.txt"))
    with open(os.path.join(out, "truth.txt"), "w", encoding="utf-8") as file:
        for line in lines:
            text = expand(case, line, run, kind, os.path.basename(container))
            if text:
                file.write(text + "\n")


# ---- Cases


class Case:
    def __init__(self, fixtures, out, name):
        self.name = name
        self.folder = os.path.join(fixtures, name)
        self.out = os.path.join(out, name)
        self.work = os.path.join(out, name, ".work")
        self.runs = []

    def trees(self):
        names = [name for name in os.listdir(self.work) if TREE.match(name)]
        return [os.path.join(self.work, name) for name in sorted(names, key=lambda name: int(name[6:]))]

    def prepare(self):
        """Copies the case and makes its hives; the .work folder holds what containers are made of."""
        shutil.rmtree(self.out, ignore_errors=True)
        shutil.copytree(self.folder, self.work, symlinks=True)
        for line in read_lines(os.path.join(self.folder, "build")):
            words = line.split()
            if words[0] == "images":
                shutil.copytree(os.path.join(os.path.dirname(self.folder), words[1]), self.work, dirs_exist_ok=True,
                                ignore=shutil.ignore_patterns("truth.txt", "note.md", "args", "build", "args.*"))
        make_hives(self.work)

    def nested(self, words):
        """nested image-1 PATH TREE: the tree as a WIM at that path"""
        tree = os.path.join(self.work, words[2])
        settle(tree)
        make_wim(os.path.join(self.work, words[0], words[1]), [tree], "wim", "lzx")

    def begin_run(self, run, kind, container):
        folder = os.path.join(self.out, run)
        os.makedirs(folder)
        host = os.path.join(self.work, "host")
        inputs = []
        if os.path.isdir(host):
            shutil.copytree(host, folder, dirs_exist_ok=True)
            inputs = sorted(os.listdir(host))
        self.runs.append([run, kind, container, inputs])
        return folder

    def container(self, words):
        """wim lzx NAME | esd solid NAME | swm MIB NAME [all]: all trees in one file; all parts given"""
        kind, detail, name = words[0], words[1], words[2]
        folder = self.begin_run("-".join([os.path.basename(name)] + words[3:]), kind, name)
        path = os.path.join(folder, name)
        make_wim(path, self.trees(), kind, detail)
        parts = sorted(os.listdir(os.path.dirname(path))) if words[3:] else [os.path.basename(name)]
        self.runs[-1][3] += [os.path.join(os.path.dirname(name), part) for part in parts]

    def folders(self, _):
        """tree: each tree in a run of its own"""
        for tree in self.trees():
            base = os.path.basename(tree)
            folder = self.begin_run("tree-" + base[6:], "tree", base)
            shutil.copytree(tree, os.path.join(folder, base))
            self.runs[-1][3].append(base)

    def files(self, _):
        """files: what lies in files/, each entry an input"""
        folder = self.begin_run("files", "files", "")
        shutil.copytree(os.path.join(self.work, "files"), folder, dirs_exist_ok=True)
        self.runs[-1][3] += sorted(os.listdir(os.path.join(self.work, "files")))

    def change(self, words):
        """A change of a file: of the run before it, else of what the runs are made of."""
        folder = os.path.join(self.out, self.runs[-1][0]) if self.runs else self.work
        CHANGES[words[0]](os.path.join(folder, words[1]), words[2:])

    def build(self):
        steps = {"wim": self.container, "esd": self.container, "swm": self.container, "tree": self.folders,
                 "files": self.files}
        self.prepare()
        for line in read_lines(os.path.join(self.folder, "build")):
            words = line.split()
            if words[0] == "images":
                continue
            if words[0] == "nested":
                self.nested(words[1:])
            elif words[0] in steps:
                settle(self.work)
                steps[words[0]](words)
            elif words[0] in CHANGES:
                self.change(words)
            else:
                fail(self.name, f"build: '{words[0]}' is no step")
        self.finish()

    def finish(self):
        """args and truth.txt of every run."""
        for run, kind, container, inputs in self.runs:
            folder = os.path.join(self.out, run)
            lines = read_lines(os.path.join(self.folder, "args"))
            with open(os.path.join(folder, "args"), "w", encoding="utf-8") as file:
                for line in lines:
                    file.write(line.replace("@", container) + "\n")
                if not any(line.startswith("input ") for line in lines):
                    file.writelines(f"input {name}\n" for name in inputs)
            write_truth(self.name, self.folder, run, kind, container, folder)
            settle(folder)
        shutil.rmtree(self.work)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    fixtures, out = sys.argv[1:3]
    names = sys.argv[3:] or sorted(name for name in os.listdir(fixtures)
                                   if os.path.exists(os.path.join(fixtures, name, "build")))
    for name in names:
        Case(os.path.abspath(fixtures), os.path.abspath(out), name).build()


if __name__ == "__main__":
    main()
