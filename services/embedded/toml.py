"""Writing TOML: the standard library only reads it."""

import json
from collections.abc import Mapping


def dump_toml(table: Mapping[str, object], path: str = "") -> str:
    """A TOML document of nested mappings, strings, numbers, booleans and lists of strings."""
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    tables = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    # A JSON string, number, boolean or list of strings is also the TOML one.
    lines = [f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in plain.items()]
    text = (f"\n[{path}]\n" if path else "") + "".join(lines)
    for key, value in tables.items():
        name = f"{path}.{json.dumps(key)}" if path else json.dumps(key)
        text += dump_toml(value, name)
    return text
