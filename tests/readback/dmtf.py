"""Datetimes of DSP0004 as the JSON report writes the same time."""
import re

from classes import Fault

DMTF = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.000000\+(000|\*\*\*)")


def iso(text):
    match = DMTF.fullmatch(text)
    if not match:
        raise Fault(f"{text!r} is no datetime")
    year, month, day, hour, minute, second, offset = match.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}" + ("Z" if offset == "000" else "")


def dmtf(text):
    """The way back: 2024-08-30T20:55:06Z."""
    digits = re.sub(r"[^0-9]", "", text)
    return digits + ".000000+" + ("000" if text.endswith("Z") else "***")
