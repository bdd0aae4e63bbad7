#!/usr/bin/env python3
"""What the manifests of the corpus say, counted with Python's own XML reader: the rows of
manifests.def. Prints them.

	manifests.py FOLDER > manifests.def
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as tree

SPACE = "{urn:schemas-microsoft-com:asm.v3}"


def fnv(text):
    number = 0xCBF29CE484222325
    for byte in text.encode():
        number = (number ^ byte) * 0x100000001B3 % 2**64
    return number


def path(*names):
    return "/".join(SPACE + name for name in names)


def row(file, folder):
    root = tree.fromstring(file.read_bytes())
    features = [u for u in root.findall(path("package", "update"))
                if u.find(path("selectable")) is not None]
    capability = path("package", "declareCapability", "capability", "capabilityIdentity")
    identifier = root.find(path("package")).get("identifier")
    kb = re.match(r"KB(\d{6,7})(?!\d)", identifier)
    return (fnv(str(file.relative_to(folder))),
            int(kb[1]) if kb else 0,
            len(root.findall(path("package", "parent"))),
            len(root.findall(path("package", "parent", "assemblyIdentity"))),
            len(root.findall(path("package", "update", "package", "assemblyIdentity"))),
            len(features),
            len(root.findall(capability)))


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.rglob("*.mum")) + sorted((folder / "ufcase-docs").glob("*.xml"))
    print("""/*
 * Real manifests, counted by manifests.py: hash of the path below the folder (FNV-1a, 64
 * bit), number in the identifier, parents, identities in them, children, features,
 * capabilities.
 */""")
    for file in files:
        print("MANIFEST_TRUTH(0x%016x, %d, %d, %d, %d, %d, %d)" % row(file, folder))


main()
