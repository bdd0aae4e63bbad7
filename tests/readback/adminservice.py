"""A reader of the AdminService's answer; the keys are put together here a second time."""
import json

from classes import CLASSES, INTEGER, PROPERTIES, TIME, Fault
from dmtf import dmtf

HEAD = ["__LAZYPROPERTIES", "__QUALIFIER_SECURITYVERBS"]
TAIL = ["__GENUS", "__CLASS", "__SUPERCLASS", "__DYNASTY", "__RELPATH", "__PROPERTY_COUNT",
        "__DERIVATION", "__SERVER", "__NAMESPACE", "__PATH"]
KEYS = {name: keys for name, _, keys in CLASSES.values()}


def pairs(items):
    if len(dict(items)) != len(items):
        raise Fault(f"adminservice: a key stands twice: {[k for k, _ in items]}")
    return dict(items)


def path(name, row):
    """SMS_X.Key=1,Other="text" """
    parts = []
    for key in sorted(KEYS[name]):
        word = row[key]
        if PROPERTIES[name][key] == INTEGER:
            parts.append(f"{key}={word}")
        else:
            word = dmtf(word) if PROPERTIES[name][key] == TIME else word
            quoted = word.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'{key}="{quoted}"')
    return f"{name}.{','.join(parts)}"


def hold_system(name, row):
    want = {
        "__LAZYPROPERTIES": ["__QUALIFIER_SECURITYVERBS"], "__QUALIFIER_SECURITYVERBS": None,
        "__GENUS": 2, "__CLASS": name, "__SUPERCLASS": "SMS_BaseClass",
        "__DYNASTY": "SMS_BaseClass", "__RELPATH": path(name, row),
        "__PROPERTY_COUNT": len(PROPERTIES[name]), "__DERIVATION": ["SMS_BaseClass"],
        "__SERVER": None, "__NAMESPACE": None, "__PATH": None,
    }
    for key, value in want.items():
        if row[key] != value:
            raise Fault(f"adminservice: {key} is {row[key]!r}, not {value!r}")


def instance(name, row, system):
    head, tail = (HEAD, TAIL) if system else ([], [])
    if list(row) != ["@odata.etag", *head, *sorted(PROPERTIES[name]), *tail]:
        raise Fault(f"adminservice: {name} has {list(row)}")
    if row["@odata.etag"] != ";".join(str(row[key]) for key in sorted(KEYS[name])):
        raise Fault(f"adminservice: the etag {row['@odata.etag']!r} is not of the keys")
    if system:
        hold_system(name, row)
    return name, {prop: row[prop] for prop in PROPERTIES[name]}


def read(data, system=False):
    answer = json.loads(data.decode("utf-8"), object_pairs_hook=pairs)
    if list(answer) != ["@odata.context", "value"]:
        raise Fault(f"adminservice: the envelope has {list(answer)}")
    service, _, name = answer["@odata.context"].partition("#")
    if service != "AdminService/wmi/$metadata":
        raise Fault(f"adminservice: the context is {service!r}")
    return [instance(name, row, system) for row in answer["value"]]
