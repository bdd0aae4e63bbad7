#!/usr/bin/env python3
"""Writes a registry hive that was not closed cleanly, and the logs that mend it.

	dirty_hive.py [--format old|new] [--torn] CLEAN OLD OUT

CLEAN and OLD are two states of one hive, after and before a change. OUT gets the state before
with two different sequence numbers, OUT.LOG1 and OUT.LOG2 what is missing; replay gives the bins
of CLEAN, and its base block but for sequence numbers and checksum. The new format spreads the
pages over entries in both logs, the old one fills LOG1 and leaves LOG2 empty. With --torn the
last entry (new) or page (old) is cut off. The same bytes every time. Format: msuhanov/regf,
"Windows registry file format specification".
"""
import argparse
import struct

from make_hive import PAGE, checksum

SECTOR = 512
SEED = int.from_bytes(bytes.fromhex("82EF4D887A4E55C5"), "little")
MASK = 0xFFFFFFFF
LOG_OLD, LOG_NEW = 1, 6


def turn(value, bits):
    return (value << bits | value >> (32 - bits)) & MASK


def marvin32(data, seed=SEED):
    low, high = seed & MASK, seed >> 32
    padded = data + b"\x80"
    padded += bytes(-len(padded) % 4) + bytes(4)
    for (word,) in struct.iter_unpack("<I", padded):
        low = (low + word) & MASK
        high ^= low
        low = (turn(low, 20) + high) & MASK
        high = turn(high, 9) ^ low
        low = (turn(low, 27) + high) & MASK
        high = turn(high, 19)
    return high << 32 | low


def with_base(head, primary, secondary, file_type=0):
    head = bytearray(head)
    struct.pack_into("<II", head, 4, primary, secondary)
    struct.pack_into("<I", head, 28, file_type)
    struct.pack_into("<I", head, 508, checksum(head))
    return bytes(head)


def dirty_pages(clean, old, size):
    """(offset in the bins, bytes) of each page that differs."""
    for at in range(PAGE, len(clean), size):
        page = clean[at:at + size]
        if page != old[at:at + size].ljust(len(page), b"\0"):
            yield at - PAGE, page


def entry(sequence, bins, flags, pages):
    body = b"".join(struct.pack("<II", at, len(page)) for at, page in pages)
    body += b"".join(page for _, page in pages)
    size = -(-(40 + len(body)) // SECTOR) * SECTOR
    body = body.ljust(size - 40, b"\0")
    head = struct.pack("<4sIIIIIQ", b"HvLE", size, flags, sequence, bins, len(pages), marvin32(body))
    return head + struct.pack("<Q", marvin32(head)) + body


def new_logs(clean, old, sequence):
    """Four entries, or as many as there are pages: half of them in each log."""
    pages = list(dirty_pages(clean, old, PAGE))
    count = max(1, min(4, len(pages)))
    flags = struct.unpack_from("<I", clean, 144)[0]
    logs = [b"", b""]
    first = [None, None]
    for i in range(count):
        share = pages[len(pages) * i // count:len(pages) * (i + 1) // count]
        log = i * 2 // count if count > 1 else 0
        if first[log] is None:
            first[log] = sequence + i
        logs[log] += entry(sequence + i, len(clean) - PAGE, flags, share)
    out = []
    for log, number in zip(logs, first):
        out.append(with_base(clean[:SECTOR], number, number, LOG_NEW) + log if log else b"")
    return out


def old_logs(clean, old, sequence):
    bins = len(clean) - PAGE
    table = bytearray(bins // SECTOR // 8)
    pages = b""
    for at, page in dirty_pages(clean, old, SECTOR):
        table[at // SECTOR // 8] |= 1 << at // SECTOR % 8
        pages += page
    vector = b"DIRT" + bytes(table)
    vector += bytes(-len(vector) % SECTOR)
    return [with_base(clean[:SECTOR], sequence, sequence, LOG_OLD) + vector + pages, b""]


def main():
    parser = argparse.ArgumentParser(description="write a dirty hive and its logs")
    parser.add_argument("--format", choices=["old", "new"], default="new")
    parser.add_argument("--torn", action="store_true", help="cut off the end of the last log")
    parser.add_argument("clean")
    parser.add_argument("old")
    parser.add_argument("out")
    options = parser.parse_args()
    with open(options.clean, "rb") as file:
        clean = file.read()
    with open(options.old, "rb") as file:
        old = file.read()
    clean = clean[:PAGE + struct.unpack_from("<I", clean, 40)[0]]
    sequence = struct.unpack_from("<I", old, 4)[0]
    # An old log belongs to a hive that was written at the same time.
    head = old[:12] + clean[12:20] + old[20:PAGE] if options.format == "old" else old[:PAGE]
    logs = (old_logs if options.format == "old" else new_logs)(clean, old, sequence)
    if options.torn:
        last = max(i for i, log in enumerate(logs) if log)
        logs[last] = logs[last][:-SECTOR]
    with open(options.out, "wb") as file:
        file.write(with_base(head, sequence + 1, sequence) + old[PAGE:])
    for number, log in enumerate(logs, 1):
        with open(f"{options.out}.LOG{number}", "wb") as file:
            file.write(log)


if __name__ == "__main__":
    main()
