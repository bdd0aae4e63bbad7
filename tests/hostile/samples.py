"""What hostile images are made of: hives, manifests, WIMs and cabinets written byte by byte.

Only what no tool would make is written here: a hive of a million keys, a WIM whose folder holds
itself. Formats: Microsoft, "Windows Imaging File Format (WIM)", 2007; msuhanov/regf, "Windows
registry file format specification"; [MS-CAB].
"""
import hashlib
import struct

PACKAGES = r"Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages"
KEY = "~31bf3856ad364e35~amd64~~10.0.1.1"
FILETIME = 0x01DBDAB000000000  # 2025-06


def package(kb):
    return f"Package_for_KB{kb}{KEY}"


# ---- Manifests and sessions


def mum(kb, inside="", before="", root="assembly"):
    return (f'<?xml version="1.0" encoding="utf-8"?>\n{before}'
            f'<{root} xmlns="urn:schemas-microsoft-com:asm.v3" manifestVersion="1.0" displayName="default">\n'
            f'  <assemblyIdentity name="Package_for_KB{kb}" version="10.0.1.1" processorArchitecture="amd64"'
            ' language="neutral" publicKeyToken="31bf3856ad364e35" />\n'
            f'  <package identifier="KB{kb}" releaseType="Update" restart="possible">{inside}</package>\n'
            f'</{root}>\n').encode()


def session(number, kb):
    return (f'<Session version="1.0" id="31185378_{number}" client="DISM Package Manager Provider"'
            ' lastSuccessfulState="Complete" Queued="2025/06/10/10:31:30" Started="2025/06/10/10:31:32"'
            ' Complete="2025/06/10/10:31:55" status="0x0"><Tasks><Phase seq="1">'
            f'<package id="{package(kb)}" name="KB{kb}" targetState="Installed" options="4" /></Phase></Tasks>'
            '<Actions><Phase seq="1" rebootRequired="false"></Phase></Actions></Session>\n')


# ---- Hives

NO_CELL = 0xFFFFFFFF
BASE = 4096
MAX_IN_LIST = 1000


def checksum(base):
    total = 0
    for (word,) in struct.iter_unpack("<I", base[:508]):
        total ^= word
    return {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(total, total)


class HiveWriter:
    """Cells one after the other, in bins of 64 KiB or as large as a cell needs."""
    BIN = 65536

    def __init__(self):
        self.bins = bytearray()
        self.end = 0  # of the bin in use
        descriptor = struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 0)
        at = self.cell(struct.pack("<2sHIIII", b"sk", 0, 0, 0, 1, len(descriptor)) + descriptor)
        struct.pack_into("<II", self.bins, at + 8, at, at)
        self.security = at

    def new_bin(self, needed):
        left = self.end - len(self.bins)
        if left:
            self.bins += struct.pack("<i", left) + bytes(left - 4)
        size = max(self.BIN, -(-(needed + 32) // 4096) * 4096)
        self.bins += struct.pack("<4sIIQQI", b"hbin", len(self.bins), size, 0, FILETIME, 0)
        self.end = len(self.bins) - 32 + size

    def cell(self, data):
        size = -(-(len(data) + 4) // 8) * 8
        if size > self.end - len(self.bins):
            self.new_bin(size)
        at = len(self.bins)
        self.bins += struct.pack("<i", -size) + data + bytes(size - 4 - len(data))
        return at

    def value(self, name, data):
        kind, raw = (4, struct.pack("<I", data)) if isinstance(data, int) else (1, (data + "\0").encode("utf-16-le"))
        if kind == 4:
            size, at = 0x80000004, data
        else:
            size, at = len(raw), self.cell(raw)
        return self.cell(struct.pack("<2sHIIIHH", b"vk", len(name), size, at, kind, 1, 0) + name.encode())

    def listed(self, cells):
        """lf lists, below one ri when there are many; names are in order already."""
        lists = [self.cell(struct.pack("<2sH", b"lf", len(part)) + b"".join(
            struct.pack("<I4s", at, name.encode()[:4]) for name, at in part))
            for part in (cells[i:i + MAX_IN_LIST] for i in range(0, len(cells), MAX_IN_LIST))]
        if not lists:
            return NO_CELL
        if len(lists) == 1:
            return lists[0]
        return self.cell(struct.pack("<2sH", b"ri", len(lists)) + struct.pack(f"<{len(lists)}I", *lists))

    def key(self, name, keys, values, is_root=False):
        """keys: (name, cell) of what lies below; parents are set by who makes the key above."""
        rows = [self.value(*value) for value in values]
        table = self.cell(struct.pack(f"<{len(rows)}I", *rows)) if rows else NO_CELL
        at = self.cell(struct.pack("<2sHQIIIIIIIIIIIIIIIHH", b"nk", 0x2C if is_root else 0x20, FILETIME, 0, NO_CELL,
                                   len(keys), 0, self.listed(keys), NO_CELL, len(rows), table, self.security, NO_CELL,
                                   64, 0, 64, 64, 0, len(name), 0) + name.encode())
        for _, cell in keys:
            struct.pack_into("<I", self.bins, cell + 4 + 16, at)
        return at

    def path(self, names, cell):
        """Keys above a key, up to the root."""
        for name in reversed(names):
            cell, below = self.key(name, [(below_name(self, cell), cell)], []), cell
        return cell

    def write(self, path, root, sequences=(1, 1)):
        left = self.end - len(self.bins)
        if left:
            self.bins += struct.pack("<i", left) + bytes(left - 4)
        base = bytearray(BASE)
        struct.pack_into("<4sIIQIIIIIII", base, 0, b"regf", *sequences, FILETIME, 1, 5, 0, 1, root, len(self.bins), 1)
        name = "emRoot\\System32\\Config\\SOFTWARE".encode("utf-16-le")
        base[48:48 + len(name)] = name
        struct.pack_into("<I", base, 508, checksum(base))
        with open(path, "wb") as file:
            file.write(base)
            file.write(self.bins)


def below_name(writer, cell):
    size = struct.unpack_from("<H", writer.bins, cell + 4 + 72)[0]
    return writer.bins[cell + 4 + 76:cell + 4 + 76 + size].decode()


def write_software(path, kbs, extra=0, sequences=(1, 1), change=None, staged=()):
    """The hive SOFTWARE with these updates installed or staged, and as many more packages; `change`
    is given the writer and the cell of the key Packages before the hive is written."""
    writer = HiveWriter()
    keys = []
    names = [package(kb) for kb in kbs] + [f"Contoso-{i:07}-Package{KEY}" for i in range(extra)]
    waiting = {package(kb) for kb in staged}
    for name in sorted(names, key=str.upper):
        values = [("CurrentState", 0x40 if name in waiting else 0x70), ("InstallTimeHigh", FILETIME >> 32), ("InstallTimeLow", 0)]
        keys.append((name, writer.key(name, [], values)))
    packages = writer.key("Packages", keys, [])
    build = writer.key("CurrentVersion", [], [("CurrentBuild", "26100"), ("UBR", 4210), ("EditionID", "Core")])
    nt = writer.key("Windows NT", [("CurrentVersion", build)], [])
    servicing = writer.key("Component Based Servicing", [("Packages", packages)], [])
    version = writer.key("CurrentVersion", [("Component Based Servicing", servicing)], [])
    windows = writer.key("Windows", [("CurrentVersion", version)], [])
    microsoft = writer.key("Microsoft", [("Windows", windows), ("Windows NT", nt)], [])
    root = writer.key("ROOT", [("Microsoft", microsoft)], [], True)
    if change:
        change(writer, packages)
    writer.write(path, root, sequences)


# ---- WIMs

DIRECTORY, ARCHIVE, REPARSE = 0x10, 0x20, 0x400
IN_PROGRESS = 0x40
TAG_WOF = 0x80000017


class Wof:
    """A file whose content a filter of Windows keeps elsewhere."""


def entry(name, attributes, digest=bytes(20), tag=0):
    raw = name if isinstance(name, bytes) else name.encode("utf-16-le")
    size = -(-(102 + len(raw) + (2 if raw else 0)) // 8) * 8
    out = bytearray(size)
    struct.pack_into("<QIIQ", out, 0, size, attributes, 0xFFFFFFFF, 0)
    struct.pack_into("<QQQ", out, 40, FILETIME, FILETIME, FILETIME)
    out[64:84] = digest
    struct.pack_into("<II", out, 84, 0, tag)
    if tag:
        struct.pack_into("<I", out, 88, tag)
    struct.pack_into("<H", out, 100, len(raw))
    out[102:102 + len(raw)] = raw
    return out


class Directory:
    """The directory of one image. A tree is a dict, or a list of (name, content): names may be
    twice there. Folders are found again by their paths in `subdirs`, for who wants to bend them."""

    def __init__(self, tree, blobs):
        self.blobs = blobs
        self.bytes = bytearray(struct.pack("<II", 8, 0))
        self.subdirs = {"": len(self.bytes) + 16}
        self.bytes += entry("", DIRECTORY) + bytes(8)
        waiting = [("", tree)]
        for path, children in waiting:
            waiting += self.add(path, children)

    def add(self, path, children):
        folders = []
        struct.pack_into("<Q", self.bytes, self.subdirs[path], len(self.bytes))
        for name, content in children.items() if isinstance(children, dict) else children:
            below = f"{path}/{name}" if path else str(name)
            if isinstance(content, (dict, list)):
                self.subdirs[below] = len(self.bytes) + 16
                folders.append((below, content))
                self.bytes += entry(name, DIRECTORY)
            elif isinstance(content, Wof):
                self.bytes += entry(name, ARCHIVE | REPARSE, self.blobs.add(b"WOF's own words"), TAG_WOF)
            else:
                self.bytes += entry(name, ARCHIVE, self.blobs.add(content))
        self.bytes += bytes(8)
        return folders


class Blobs:
    def __init__(self):
        self.by_digest = {}

    def add(self, content):
        if not content:
            return bytes(20)
        digest = hashlib.sha1(content).digest()
        self.by_digest[digest] = content
        return digest


def resource(size, flags, at, original=None):
    return struct.pack("<Q", size)[:7] + bytes([flags]) + struct.pack("<QQ", at, size if original is None else original)


def write_wim(path, trees, bend=None, flags=0, claim=None, xml=None, mend=True):
    """A WIM without compression. `bend` is given the directories before they are written, `claim`
    the digest and size of a blob and gives the size that the table states."""
    blobs = Blobs()
    images = [Directory(tree, blobs) for tree in trees]
    digests = [hashlib.sha1(image.bytes).digest() for image in images]
    if bend:
        bend(images)
    if mend:
        digests = [hashlib.sha1(image.bytes).digest() for image in images]
    with open(path, "wb") as file:
        file.write(bytes(208))
        table = b""
        for digest, image in zip(digests, images):
            table += resource(len(image.bytes), 2, file.tell()) + struct.pack("<HI", 1, 1) + digest
            file.write(image.bytes)
        for digest, content in blobs.by_digest.items():
            size = claim(digest, len(content)) if claim else len(content)
            table += resource(size, 0, file.tell()) + struct.pack("<HI", 1, 1) + digest
            file.write(content)
        at = file.tell()
        file.write(table)
        text = "\ufeff" + (xml if xml is not None else "<WIM>" + "".join(
            f'<IMAGE INDEX="{i + 1}"><NAME>Contoso {i + 1}</NAME></IMAGE>' for i in range(len(trees))) + "</WIM>")
        raw = text.encode("utf-16-le")
        file.write(raw)
        file.seek(0)
        file.write(struct.pack("<8sIIII", b"MSWIM\0\0\0", 208, 0x10D00, flags, 0))
        file.write(hashlib.sha256(str(path).encode()).digest()[:16])
        file.write(struct.pack("<HHI", 1, 1, len(trees)))
        file.write(resource(len(table), 0, at) + resource(len(raw), 0, at + len(table)))
        file.write(bytes(24 + 4 + 24))


# ---- Cabinets


def write_cab(path, files):
    """A cabinet without compression: name (bytes) and content of each file."""
    data = b"".join(content for _, content in files)
    heads, at = b"", 0
    for name, content in files:
        heads += struct.pack("<IIHHHH", len(content), at, 0, 0x5AC1, 0x52E0, 0x20) + name + b"\0"
        at += len(content)
    blocks = [data[i:i + 32768] for i in range(0, len(data), 32768)]
    first = 36 + 8 + len(heads)
    body = b"".join(struct.pack("<IHH", 0, len(block), len(block)) + block for block in blocks)
    with open(path, "wb") as file:
        file.write(struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, first + len(body), 0, 44, 0, 3, 1, 1, len(files), 0, 1,
                               0))
        file.write(struct.pack("<IHH", first, len(blocks), 0))
        file.write(heads + body)
