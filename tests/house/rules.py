"""The rules of the house, by the name under which a line may escape from them."""

from tests.house import borders, homes, shape, texts, traces
from tests.house.tree import Rule

RULES: dict[str, Rule] = {
    "clock-home": homes.clock_home,
    "colour": borders.colour,
    "declared": borders.declared,
    "edge": homes.edge,
    "environ-home": homes.environ_home,
    "file-length": shape.file_length,
    "function-length": shape.function_length,
    "hidden-import": borders.hidden_import,
    "lock": traces.lock,
    "machine-path": traces.machine_path,
    "module-name": shape.module_name,
    "module-sentence": shape.module_sentence,
    "narrow": borders.narrow,
    "no-mocks": borders.no_mocks,
    "print-home": homes.print_home,
    "public-docstring": shape.public_docstring,
    "random-home": homes.random_home,
    "registry-host": traces.registry_host,
    "sql-clock": homes.sql_clock,
    "sql-home": homes.sql_home,
    "type-checking": borders.type_checking,
    "web-framework": borders.web_framework,
    "words": texts.words,
}

# Rules that see all files at once.
TREE_RULES = {"codes": texts.codes, "links": traces.links, "unmirrored": traces.unmirrored}
