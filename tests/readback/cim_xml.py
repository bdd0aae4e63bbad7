"""A reader of CIM-XML: libxml2 holds the document against the DTD, expat reads it."""
import pathlib
import subprocess
import xml.etree.ElementTree

from classes import INTEGER, PROPERTIES, TIME, Fault, integer
from dmtf import iso

DTD = pathlib.Path(__file__).with_name("cim.dtd")


def hold_dtd(data):
    done = subprocess.run(
        ["xmllint", "--nonet", "--huge", "--noout", "--dtdvalid", DTD.as_uri(), "-"],
        input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Fault(f"cim-xml: {done.stdout.decode(errors='replace')[:400]}")


def value(element, kind):
    values = element.findall("VALUE")
    if element.get("TYPE") != kind or len(values) > 1:
        raise Fault(f"cim-xml: {element.get('NAME')} is no {kind}")
    if not values:
        return None
    text = values[0].text or ""
    if kind == INTEGER:
        return integer(text)
    return iso(text) if kind == TIME else text


def instance(element):
    name = element.get("CLASSNAME")
    properties = PROPERTIES[name]
    found = [(p.get("NAME"), p) for p in element.findall("PROPERTY")]
    if [prop for prop, _ in found] != list(properties):
        raise Fault(f"cim-xml: {name} has {[prop for prop, _ in found]}")
    return name, {prop: value(p, properties[prop]) for prop, p in found}


def read(data):
    hold_dtd(data)
    root = xml.etree.ElementTree.fromstring(data)
    path = "DECLARATION/DECLGROUP/VALUE.OBJECT/INSTANCE"
    return [instance(element) for element in root.findall(path)]


def carried(text):
    """What a document can carry of a text: characters that XML lacks are replaced."""
    def is_character(c):
        return c in "\t\n\r" or "\x20" <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    return "".join(c if is_character(c) else "\ufffd" for c in text)
