#!/usr/bin/env python3
"""Writes an empty registry hive, 8 KiB: base block, one bin, the root key and its security cell.

	make_hive.py [--name NAME] FILE

NAME is the name in the header, by default \\SystemRoot\\System32\\Config\\SOFTWARE. Fill it with
	hivexregedit --merge --prefix 'HKEY_LOCAL_MACHINE\\SOFTWARE' FILE some.reg
The same bytes every time. Format: msuhanov/regf, "Windows registry file format specification".
"""
import argparse
import struct

PAGE = 4096
FILETIME = 0x01DA3C6C00000000  # 2024-01, the last written time of everything
NO_CELL = 0xFFFFFFFF
DEFAULT_NAME = "\\SystemRoot\\System32\\Config\\SOFTWARE"


def checksum(base):
    total = 0
    for (word,) in struct.iter_unpack("<I", base[:508]):
        total ^= word
    return {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(total, total)


def sid(*parts):
    return struct.pack("<BB", 1, len(parts)) + b"\0\0\0\0\0\x05" + struct.pack(f"<{len(parts)}I", *parts)


def security():
    """Administrators own the hive, SYSTEM and Administrators have full access."""
    admins, system = sid(32, 544), sid(18)
    aces = b"".join(struct.pack("<BBHI", 0, 2, 8 + len(who), 0xF003F) + who for who in (system, admins))
    dacl = struct.pack("<BBHHH", 2, 0, 8 + len(aces), 2, 0) + aces
    owner = 20 + len(dacl)
    return struct.pack("<BBHIIII", 1, 0, 0x8004, owner, owner + len(admins), 0, 20) + dacl + admins + system


def cell(data, size=None):
    """An allocated cell: its size stands negated before the data, padded to 8."""
    size = size or (len(data) + 4 + 7) // 8 * 8
    return struct.pack("<i", -size) + data.ljust(size - 4, b"\0")


def root_key(security_offset):
    name = b"ROOT"
    return struct.pack("<2sHQIIIIIIIIIIIIIIIHH", b"nk", 0x2C, FILETIME, 0, NO_CELL, 0, 0, NO_CELL, NO_CELL, 0,
                       NO_CELL, security_offset, NO_CELL, 0, 0, 0, 0, 0, len(name), 0) + name


def bins():
    descriptor = security()
    first = 32
    root = cell(root_key(0))
    at = first + len(root)
    root = cell(root_key(at))
    guard = cell(struct.pack("<2sHIIII", b"sk", 0, at, at, 1, len(descriptor)) + descriptor)
    free = PAGE - at - len(guard)
    header = struct.pack("<4sIIQQI", b"hbin", 0, PAGE, 0, FILETIME, 0)
    return header + root + guard + struct.pack("<i", free) + bytes(free - 4)


def base_block(name, sequence=1):
    base = struct.pack("<4sIIQIIIIIII", b"regf", sequence, sequence, FILETIME, 1, 5, 0, 1, 32, PAGE, 1)
    base += name.encode("utf-16-le")[-62:].ljust(64, b"\0")
    base = base.ljust(508, b"\0")
    return (base + struct.pack("<I", checksum(base))).ljust(PAGE, b"\0")


def main():
    parser = argparse.ArgumentParser(description="write an empty registry hive")
    parser.add_argument("--name", default=DEFAULT_NAME)
    parser.add_argument("file")
    options = parser.parse_args()
    with open(options.file, "wb") as out:
        out.write(base_block(options.name) + bins())


if __name__ == "__main__":
    main()
