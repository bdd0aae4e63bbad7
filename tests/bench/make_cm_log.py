#!/usr/bin/env python3
"""Writes a log of ConfigMgr for benchmarks to standard output: make_cm_log.py FORM BYTES

FORM is
  dollar   OfflineServicingMgr.log of a site that services an image of eight indexes every night,
           120 updates an index: lines that end in $$<COMPONENT><date><thread>
  ccm      logs of a client's update agent: <![LOG[message]LOG]!><time=...>, one record in twelve
           spans several lines, one in fifty holds an XML document
Whole days are written until there are at least BYTES. The same call writes the same bytes.
"""
import datetime
import random
import sys

SITE = "SMS_OFFLINE_SERVICING_MANAGER"
STAGE = r"E:\ConfigMgr_OfflineImageServicing"
PACKAGE, INDEXES, UPDATES = "CTS00042", 8, 120
BIAS = 240
DATE, GMT = b"@MM-DD-YYYY@", b"@GMTDATE@"  # put in day by day


class Clock:
    """The time of day, in milliseconds; the records of a night end before midnight."""

    def __init__(self, hours):
        self.now = hours * 3600000

    def after(self, milliseconds):
        self.now += milliseconds
        seconds, rest = divmod(self.now, 1000)
        return "%02d:%02d:%02d.%03d" % (seconds // 3600, seconds // 60 % 60, seconds % 60, rest)


def updates():
    """CI_ID, path of the binary and what ConfigMgr finds: most are in or not required."""
    found = random.Random(4)
    for n in range(UPDATES):
        guid = "%08x-5b1e-4c07-9d32-%012x" % (found.getrandbits(32), found.getrandbits(48))
        word = found.choices(
            ["NOT_REQUIRED", "INSTALLED", "APPLICABLE", "APPLICABILITY_CHECK_NOT_SUPPORTED"], [60, 34, 4, 2])[0]
        yield 16790101 + n, rf"{STAGE}\{guid}\windows10.0-kb{5970001 + n}-x64.cab", word


def night():
    """The messages of one run, each with how long it took."""
    yield "Processing started for Schedule with ID 16777301", 11
    yield (f'STATMSG: ID=7900 SEV=I LEV=M SOURCE="SMS Server" COMP="{SITE}" SYS=CM01.contoso.test SITE=CTS PID=4696 '
           f'TID=7652 GMTDATE={GMT.decode()} ISTR0="16777301" '
           + " ".join(f'ISTR{n}=""' for n in range(1, 10)) + " NUMATTRS=0"), 17
    yield (f"Image info: Package id {PACKAGE}, Size 5141317 KB, Image path "
           r"'\\CM01.contoso.test\Sources\OSD\Win10\install.wim', Type: 'OS Image'"), 543
    yield "Initialization of schedule processing succeeded", 7
    yield f"Processing image package {PACKAGE}. Marked for 'InstallUpdates'", 21
    for index in range(1, INDEXES + 1):
        yield (f"Mounting image at index {index}. Image file='{STAGE}\\{PACKAGE}\\install.wim', "
               f"MountDirectory='{STAGE}\\{PACKAGE}\\ImageMountDir', ImageFileType='WIM', Mode='ReadWrite'"), 31
        yield "Image OS information: Version 10.0.19045.2965, ServicePackLevel 0, Architecture 9", 9500
        yield from work(index)
        yield "UnMounting Image (Commit Changes = 1)...", 12
    yield f"Completed processing image package {PACKAGE}. Status = Success", 48000
    yield f"Updated history for image package {PACKAGE} in the database", 84
    yield "Schedule processing succeeded", 9


def work(index):
    for number, (ci, path, word) in enumerate(updates(), 1):
        yield (f"Checking if update ({number} of {UPDATES}) with ID {ci} needs to be applied on the image. "
               "1 content binarie(s) are associated with the update."), 15
        if word.startswith("APPLICABILITY"):
            yield "GetUpdateApplicability returned code 0x80004001~", 300
        yield f"Applicability State = {word}, Update Binary = {path}.", 900
        if word == "APPLICABLE":
            yield f"Applying update with ID {ci} on image at index {index}.", 4
            yield f"Applied update with ID {ci} on image at index {index}.", 61000
        else:
            why = {"NOT_REQUIRED": "not required", "INSTALLED": "already installed"}.get(word, "not supported")
            yield f"Not applying this update binary, it is {why}.", 3


def dollar():
    clock = Clock(18)
    lines = (f"{message}  $$<{SITE}><{DATE.decode()} {clock.after(took)}+{BIAS}><thread=7652 (0x1DE4)>\r\n"
             for message, took in night())
    return "".join(lines).encode()


def agent(chance, n):
    """Component, source and message of one record of the update agent."""
    guid = "%08x-0000-4000-8000-%012x" % (chance.getrandbits(32), chance.getrandbits(48))
    if n % 50 == 7:
        members = "".join(f"<Update Id=\"{guid}\" Revision=\"{m}\" State=\"Missing\"/>" for m in range(40))
        return "UpdatesDeploymentAgent", "updatesassignment.cpp:1204", f"Assignment content: <Updates>{members}</Updates>"
    if n % 12 == 3:
        return ("WUAHandler", "cwuahandler.cpp:2451",
                f"Update ({guid}) is missing\r\n   Title = Contoso update {n}\r\n   IsHidden = 0, RevisionNumber = {n % 300}")
    return chance.choice((
        ("UpdatesStore", "storeimpl.cpp:466", f"Querying update status of {n % 90} updates for {guid}"),
        ("UpdatesHandler", "cibundledupdate.cpp:214", f"Bundle update ({guid}) is requesting download from child updates"),
        ("WUAHandler", "cwuahandler.cpp:388", f"Its a WSUS Update Source type ({{{guid.upper()}}}), adding it."),
        ("UpdatesDeploymentAgent", "updatesmanager.cpp:1080", f"EnumerateUpdates for action (UpdateActionInstall) - Total actionable updates = {n % 40}"),
        ("ScanAgent", "scanwrapper.cpp:91", f"- -Scan failed for update source {{{guid.upper()}}}, error 0x8024402c")))


def ccm():
    chance, clock = random.Random(5), Clock(1)
    records = []
    for n in range(4000):
        component, source, message = agent(chance, n)
        kind = 3 if "failed" in message else 1
        records.append(f'<![LOG[{message}]LOG]!><time="{clock.after(chance.randrange(9000))}+{BIAS}" date="{DATE.decode()}" '
                       f'component="{component}" context="" type="{kind}" thread="{2000 + n % 40 * 4}" file="{source}">\r\n')
    return "".join(records).encode()


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("dollar", "ccm"):
        sys.exit("usage: make_cm_log.py dollar|ccm BYTES")
    day, left = datetime.datetime(2001, 1, 1, 18, 0, 0, 28000), int(sys.argv[2])
    whole = dollar() if sys.argv[1] == "dollar" else ccm()
    while left > 0:
        utc = day + datetime.timedelta(minutes=BIAS)
        block = whole.replace(DATE, day.strftime("%m-%d-%Y").encode()).replace(
            GMT, utc.strftime("%a %b %d %H:%M:%S.028 %Y").encode())
        sys.stdout.buffer.write(block)
        left -= len(block)
        day += datetime.timedelta(days=1)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.stderr.close()
