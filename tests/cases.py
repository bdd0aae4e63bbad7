"""The cases of fixtures/, as golden reads them: which files are inputs, which options they have."""
import fnmatch

NO_INPUTS = ("truth.txt", "note.md", "README.md", "args", "rows.json", "rows.mof", "rows.xml",
             "rows.odata", "facts.ndjson", "table-*.txt")


def is_input(path):
    return path.is_file() and not any(fnmatch.fnmatch(path.name, p) for p in NO_INPUTS)


def beside(folder, value):
    """A file of the case, such as a map, is named by its path there."""
    return str(folder / value) if (folder / value).is_file() else value


def fixture(folder):
    """The options and inputs of a case, as its file args and its files say."""
    options, inputs = [], []
    args = folder / "args"
    for line in args.read_text().splitlines() if args.exists() else []:
        first, _, rest = line.strip().partition(" ")
        if first == "input":
            inputs.append(str(folder / rest.strip()))
        elif first and not first.startswith("#"):
            options += [first, beside(folder, rest.strip())] if rest.strip() else [first]
    inputs = inputs or sorted(str(p) for p in folder.iterdir() if is_input(p))
    return str(folder.name), options, inputs
