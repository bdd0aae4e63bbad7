"""The four classes as Microsoft's pages give them, written down here a second time."""

INTEGER, TEXT, TIME = "sint32", "string", "datetime"

# word of --rows: class, properties, keys
CLASSES = {
    "status": ("SMS_ImageUpdateStatus", {
        "AppliedDateTime": TIME, "ImageIndex": INTEGER, "ImagePackageID": TEXT,
        "UpdateID": INTEGER, "UpdateInstallationStatus": INTEGER, "UpdateStatus": INTEGER,
        "UpdateTitle": TEXT}, ("ImageIndex", "ImagePackageID", "UpdateID")),
    "progress": ("SMS_ImageServicingProgress", {
        "FailedUpdateID": INTEGER, "ImagePackageID": TEXT, "RunDateTime": TIME,
        "ScheduleID": INTEGER, "Status": INTEGER, "Win32ErrorCode": INTEGER},
        ("ImagePackageID", "ScheduleID")),
    "view": ("SMS_ImageUpdateStatusView", {
        "ErrorCode": INTEGER, "ImageIndex": INTEGER, "ImagePackageID": TEXT,
        "PackageDescription": TEXT, "PackageName": TEXT, "UpdateID": INTEGER},
        ("ImageIndex", "ImagePackageID", "UpdateID")),
    "history": ("SMS_ImageUpdateHistory", {
        "FailedUpdateID": INTEGER, "ImagePackageID": TEXT, "RunDateTime": TIME,
        "ScheduleID": INTEGER, "Status": INTEGER},
        ("ImagePackageID", "RunDateTime", "ScheduleID")),
}

PROPERTIES = {name: properties for name, properties, _ in CLASSES.values()}


class Fault(Exception):
    """An output says something that its format does not allow, or another value."""


def integer(word):
    """A sint32 as every format spells it: no plus, no leading zero, in range."""
    try:
        value = int(word)
    except ValueError:
        raise Fault(f"{word!r} is no number") from None
    if str(value) != word or not -2**31 <= value < 2**31:
        raise Fault(f"{word!r} is no sint32")
    return value
