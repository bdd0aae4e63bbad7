#!/usr/bin/env python3
"""Writes image trees for benchmarks: make_images.py FOLDER INDEXES [MANIFESTS] [HIVE_MIB] [OTHERS]

FOLDER/index-N/ holds MANIFESTS package manifests (the same in every index), a SOFTWARE hive of
about HIVE_MIB MiB that states them all (another one in every index), a SYSTEM hive, a
Sessions.xml, a CBS.log and OTHERS small files. Everything is made of the numbers given: the
same call writes the same bytes.
"""
import os
import random
import struct
import sys

TOKEN = "31bf3856ad364e35"
BIN = 64 << 10


class Hive:
    """A registry hive, written front to back: cells in bins, offsets as the format counts them."""

    def __init__(self):
        self.bins = bytearray()
        self.open_bin()

    def open_bin(self):
        self.bin_start = len(self.bins)
        self.bins += struct.pack("<4sIIQQI", b"hbin", self.bin_start, 0, 0, 0, 0)

    def close_bin(self):
        size = len(self.bins) - self.bin_start
        whole = max((size + 8 + 4095) & ~4095, 4096)
        self.bins += struct.pack("<i", whole - size) + bytes(whole - size - 4)
        struct.pack_into("<I", self.bins, self.bin_start + 8, whole)

    def cell(self, body):
        size = (len(body) + 4 + 7) & ~7
        if len(self.bins) - self.bin_start + size > BIN:
            self.close_bin()
            self.open_bin()
        offset = len(self.bins)
        self.bins += struct.pack("<i", -size) + body + bytes(size - 4 - len(body))
        return offset

    def value(self, name, kind, data):
        raw = name.encode()
        if len(data) <= 4:
            size, at = len(data) | 0x80000000, int.from_bytes(data.ljust(4, b"\0"), "little")
        else:
            size, at = len(data), self.cell(data)
        head = struct.pack("<2sHIIIHH", b"vk", len(raw), size, at, kind, 1, 0)
        return self.cell(head + raw)

    def key(self, name, values=(), children=(), root=False):
        """children: (name, offset) of keys written before; returns this key's offset."""
        raw = name.encode()
        values = [self.value(*value) for value in values]
        value_list = self.cell(b"".join(struct.pack("<I", v) for v in values)) if values else 0xFFFFFFFF
        child_list = self.children(sorted(children, key=lambda c: c[0].upper())) if children else 0xFFFFFFFF
        offset = self.cell(struct.pack(
            "<2sHQIIIIIIIIIIIIIIIHH", b"nk", 0x2C if root else 0x20, 0x01DA000000000000, 0, 0,
            len(children), 0, child_list, 0xFFFFFFFF, len(values), value_list, 0xFFFFFFFF,
            0xFFFFFFFF, 256, 0, 64, 1024, 0, len(raw), 0) + raw)
        for _, child in children:
            struct.pack_into("<I", self.bins, child + 4 + 16, offset)
        return offset

    def children(self, sorted_children):
        lists = []
        for at in range(0, len(sorted_children), 500):
            part = sorted_children[at:at + 500]
            body = struct.pack("<2sH", b"lh", len(part))
            for name, offset in part:
                hashed = 0
                for c in name.upper():
                    hashed = (hashed * 37 + ord(c)) & 0xFFFFFFFF
                body += struct.pack("<II", offset, hashed)
            lists.append(self.cell(body))
        if len(lists) == 1:
            return lists[0]
        return self.cell(struct.pack("<2sH", b"ri", len(lists)) +
                         b"".join(struct.pack("<I", offset) for offset in lists))

    def write(self, path, root, name):
        self.close_bin()
        head = bytearray(4096)
        struct.pack_into("<4sIIQIIIIIII", head, 0, b"regf", 1, 1, 0x01DA000000000000, 1, 5, 0, 1,
                         root, len(self.bins), 1)
        head[48:48 + len(name) * 2] = name.encode("utf-16-le")
        check = 0
        for at in range(0, 508, 4):
            check ^= struct.unpack_from("<I", head, at)[0]
        struct.pack_into("<I", head, 508, check)
        with open(path, "wb") as out:
            out.write(head)
            out.write(self.bins)


def text(value):
    return 1, value.encode("utf-16-le") + b"\0\0"


def number(value):
    return 4, struct.pack("<I", value & 0xFFFFFFFF)


def identities(count):
    """Every fourth an update with two generations, the rest parts of Windows."""
    for at in range(count):
        if at % 4 == 0:
            yield f"Package_for_KB{5100000 + at // 8}~{TOKEN}~amd64~~10.0.{1 + at // 4 % 2}.0", at
        else:
            yield f"Fabrikam-Windows-Part{at:05d}-Package~{TOKEN}~amd64~~10.0.26100.{1 + at % 7}", at


def manifest(identity, at):
    name, token, arch, _, version = identity.split("~")
    children = "".join(
        f'<update name="{at:05d}-{part}_neutral"><component><assemblyIdentity name="fabrikam-component-{at:05d}-{part}" '
        f'version="{version}" processorArchitecture="{arch}" language="neutral" publicKeyToken="{token}" '
        'versionScope="nonSxS" /></component></update>' for part in range(12))
    kb = f"KB{5100000 + at // 8}" if at % 4 == 0 else "KB777778"
    kind = "Update" if at % 4 == 0 else "OnDemand Pack"
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n'
        f'<assembly xmlns="urn:schemas-microsoft-com:asm.v3" manifestVersion="1.0" description="Fix for {kb}" '
        f'displayName="default" company="Fabrikam" supportInformation="https://support.example/help/{kb[2:]}">'
        f'<assemblyIdentity name="{name}" version="{version}" processorArchitecture="{arch}" language="neutral" '
        f'publicKeyToken="{token}" buildType="release" /><package identifier="{kb}" releaseType="{kind}" '
        'restart="possible"><parent buildCompare="EQ" integrate="separate" disposition="detect">'
        '<assemblyIdentity name="Microsoft-Windows-Foundation-Package" version="10.0.26100.1" '
        f'processorArchitecture="{arch}" language="neutral" publicKeyToken="{token}" /></parent>'
        f'<installerAssembly name="Microsoft-Windows-ServicingStack" version="10.0.26100.1" language="neutral" '
        f'processorArchitecture="{arch}" versionScope="nonSxS" publicKeyToken="{token}" />{children}</package></assembly>\r\n')


def software(path, manifests, mebibytes, seed):
    noise = random.Random(seed)
    hive = Hive()
    packages = []
    for identity, at in identities(manifests):
        packages.append((identity, hive.key(identity, [
            ("CurrentState", *number(112 if at % 8 else 80)), ("InstallClient", *text("UpdateAgentLCU")),
            ("InstallName", *text(identity + ".mum")), ("InstallTimeHigh", *number(0x01DA0000 + at)),
            ("InstallTimeLow", *number(seed)), ("Visibility", *number(1)),
            ("InstallLocation", *text("\\\\?\\C:\\Windows\\SoftwareDistribution\\"))])))
    servicing = hive.key("Component Based Servicing", children=[
        ("Packages", hive.key("Packages", children=packages))])
    version = hive.key("CurrentVersion", children=[("Component Based Servicing", servicing)])
    nt_version = hive.key("CurrentVersion", [
        ("CurrentBuildNumber", *text("26100")), ("UBR", *number(4061)), ("EditionID", *text("Professional")),
        ("ProductName", *text("Fabrikam Windows")), ("DisplayVersion", *text("24H2"))])
    windows = [("Windows", hive.key("Windows", children=[("CurrentVersion", version)])),
               ("Windows NT", hive.key("Windows NT", children=[("CurrentVersion", nt_version)]))]
    groups = []
    while len(hive.bins) < mebibytes << 20:
        keys = []
        for at in range(400):
            words = f"{{{noise.getrandbits(128):032x}}}"
            keys.append((words, hive.key(words, [
                ("", *text(f"Fabrikam Object {len(groups)}.{at}")), ("AppID", *text(words)),
                ("ThreadingModel", *text("Apartment")), ("Data", 3, noise.randbytes(96) + bytes(160))])))
        groups.append((f"Group{len(groups):05d}", hive.key(f"Group{len(groups):05d}", children=keys)))
    top = [("Microsoft", hive.key("Microsoft", children=windows))]
    if groups:
        top.append(("Classes", hive.key("Classes", children=groups)))
    hive.write(path, hive.key("ROOT", children=top, root=True), "SystemRoot\\System32\\Config\\SOFTWARE")


def system(path):
    hive = Hive()
    zone = hive.key("TimeZoneInformation", [
        ("TimeZoneKeyName", *text("UTC")), ("Bias", *number(0)), ("ActiveTimeBias", *number(0)),
        ("StandardBias", *number(0)), ("DaylightBias", *number(0))])
    control = hive.key("Control", children=[("TimeZoneInformation", zone)])
    top = [("ControlSet001", hive.key("ControlSet001", children=[("Control", control)])),
           ("Select", hive.key("Select", [("Current", *number(1))]))]
    hive.write(path, hive.key("ROOT", children=top, root=True), "SystemRoot\\System32\\Config\\SYSTEM")


def put(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(content)


def tree(folder, index, manifests, mebibytes, others):
    windows = os.path.join(folder, f"index-{index}", "Windows")
    for identity, at in identities(manifests):
        put(f"{windows}/servicing/Packages/{identity}.mum", manifest(identity, at).encode())
        put(f"{windows}/servicing/Packages/{identity}.cat", f"catalog {at} ".encode() * 40)
    config = f"{windows}/System32/config"
    os.makedirs(config, exist_ok=True)
    software(f"{config}/SOFTWARE", manifests, mebibytes, index)
    system(f"{config}/SYSTEM")
    put(f"{windows}/servicing/Sessions/Sessions.xml", b"<Sessions></Sessions>\r\n")
    lines = "".join(
        f"2024-05-{1 + at % 28:02d} 10:{at % 60:02d}:00, Info                  CBS    Session: 31000000_{at} "
        f"index {index} initialized by client DISM Package Manager Provider.\r\n" for at in range(2000))
    put(f"{windows}/Logs/CBS/CBS.log", lines.encode())
    for at in range(others):
        put(f"{windows}/System32/Part{at // 500:03d}/fabrikam{at:05d}.dll",
            f"file {at} of index {index if at % 10 == 0 else 0} ".encode() * (20 + at % 60))


def main():
    folder, indexes = sys.argv[1], int(sys.argv[2])
    manifests, mebibytes, others = (list(map(int, sys.argv[3:6])) + [4000, 128, 20000][len(sys.argv[3:6]):])
    for index in range(1, indexes + 1):
        tree(folder, index, manifests, mebibytes, others)


if __name__ == "__main__":
    main()
