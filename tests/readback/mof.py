"""A reader of MOF by the grammar of DSP0004: instances with values that are no arrays.

	mofSpecification = *instanceDeclaration
	instanceDeclaration = INSTANCE OF className "{" 1*valueInitializer "}" ";"
	valueInitializer = propertyName "=" ( integerValue / stringValue ) ";"
	stringValue = 1*( <"> *stringChar <"> )
"""
import re

from classes import INTEGER, PROPERTIES, TIME, Fault, integer
from dmtf import iso

TOKEN = re.compile(r"""
    (?P<blank>[ \t\r\n]+ | //[^\n]* | /\*.*?\*/)
  | (?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")
  | (?P<number>[+-]?[0-9]+)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<mark>[{}=;])""", re.X | re.S)
ESCAPE = re.compile(r"\\(?:[xX]([0-9A-Fa-f]{1,4})|(.))", re.S)
SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


def tokens(text):
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise Fault(f"mof: no token at {text[at:at + 30]!r}")
        at = match.end()
        if match.lastgroup != "blank":
            yield match.lastgroup, match.group()
    yield "end", ""


def character(match):
    digits, letter = match.groups()
    if digits:
        code = int(digits, 16)
        if code == 0 or 0xD800 <= code <= 0xDFFF:
            raise Fault(f"mof: {match.group()} is no character")
        return chr(code)
    if letter not in SHORT:
        raise Fault(f"mof: no such escape: {match.group()!r}")
    return SHORT[letter]


class Reader:
    def __init__(self, text):
        self.rest = tokens(text)
        self.kind, self.word = next(self.rest)

    def take(self, kind, word=None):
        if self.kind != kind or (word and self.word.lower() != word):
            raise Fault(f"mof: {self.word!r} in place of {word or kind}")
        taken = self.word
        self.kind, self.word = next(self.rest)
        return taken

    def value(self, kind):
        if kind == INTEGER:
            return integer(self.take("number"))
        text = ESCAPE.sub(character, self.take("string")[1:-1])
        while self.kind == "string":
            text += ESCAPE.sub(character, self.take("string")[1:-1])
        return iso(text) if kind == TIME else text

    def instance(self):
        self.take("name", "instance")
        self.take("name", "of")
        name = self.take("name")
        properties = PROPERTIES[name]
        found = {}
        self.take("mark", "{")
        while self.kind == "name":
            prop = self.take("name")
            if prop not in properties or prop in found:
                raise Fault(f"mof: {name} has no {prop}, or it stands twice")
            self.take("mark", "=")
            found[prop] = self.value(properties[prop])
            self.take("mark", ";")
        self.take("mark", "}")
        self.take("mark", ";")
        if list(found) != [p for p in properties if p in found]:
            raise Fault(f"mof: {name}: the properties are out of order")
        return name, {p: found.get(p) for p in properties}


def read(data):
    """(class, {property: value}) of every instance; what is not there is None."""
    reader = Reader(data.decode("utf-8"))
    rows = []
    while reader.kind != "end":
        rows.append(reader.instance())
    return rows
