"""Reads artifacts into plain tables for tools/make_statements.py. Shares no code with the program.

A table is a CSV file, a JSON array of objects, a JSON object of equal objects, one JSON object of scalars, or a file of
JSON lines; every row is a dictionary from a key ("stats/mean") to text or number. Numbers are Decimals, as written.
"""

import csv
import dataclasses
import decimal
import io
import json
import pathlib
import re

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
MOST_ROWS = 4000
MOST_BYTES = 3_000_000


@dataclasses.dataclass
class Table:
    path: str            # relative to the folder
    place: str           # JSON pointer, or empty
    keys: list
    rows: list           # dictionaries
    kind: str            # csv, jsonl, array, named, object
    text: str            # of the whole file


def scalar(value):
    """What one leaf says: a Decimal, a string, or None."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, (int, decimal.Decimal)):
        number = decimal.Decimal(value)
        return number if number.is_finite() else None
    text = str(value).strip()
    if NUMBER.match(text):
        number = decimal.Decimal(text)
        return number if abs(number.adjusted()) < 200 else None
    return text or None


def flatten(value, prefix=""):
    """Scalars of an object by key path; arrays are left out."""
    out = {}
    for key, inner in value.items():
        name = f"{prefix}/{key}" if prefix else str(key)
        if isinstance(inner, dict):
            out.update(flatten(inner, name))
        elif not isinstance(inner, list):
            out[name] = scalar(inner)
    return out


def table_of(path, place, objects, kind, text):
    rows = [flatten(o) for o in objects[:MOST_ROWS]]
    keys = list(dict.fromkeys(k for row in rows for k in row))
    return Table(path, place, keys, rows, kind, text)


def json_tables(path, value, text, place=""):
    """Every array of objects and every object of two or more like objects; the outermost object where none is."""
    found = []
    if isinstance(value, list):
        objects = [v for v in value if isinstance(v, dict)]
        if objects and len(objects) == len(value) <= MOST_ROWS:
            return [table_of(path, place, objects, "array", text)]
        for index, inner in enumerate(value[:50]):
            found += json_tables(path, inner, text, f"{place}/{index}")
        return found
    if not isinstance(value, dict):
        return []
    inner = list(value.values())
    alike = len(inner) >= 3 and all(isinstance(v, dict) and any(not isinstance(x, (dict, list)) for x in v.values()) for v in inner)
    if alike and len(set(map(tuple, map(sorted, inner)))) <= max(1, len(inner) // 3) and len(inner) <= MOST_ROWS:
        table = table_of(path, place, inner, "named", text)
        table.rows = [{"(name)": str(name), **row} for name, row in zip(value, table.rows)]
        table.keys.insert(0, "(name)")
        return [table]
    for key, child in value.items():
        found += json_tables(path, child, text, f"{place}/{key}")
    if place == "":
        found.append(table_of(path, "", [value], "object", text))
    return found


def csv_table(path, text):
    sample = text[:4000]
    delimiter = max(",;\t", key=sample.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(c.strip() for c in row)]
    if len(rows) < 3 or len(rows) > MOST_ROWS or len(rows[0]) < 2:
        return []
    header = [c.strip() for c in rows[0]]
    if any(not c or NUMBER.match(c) for c in header) or len(set(header)) != len(header):
        return []
    if any(len(row) != len(header) for row in rows):
        return []
    return [Table(path, "", header, [dict(zip(header, map(scalar, row))) for row in rows[1:]], "csv", text)]


def jsonl_table(path, text):
    objects = [json.loads(line, parse_float=decimal.Decimal) for line in text.splitlines() if line.strip()]
    if len(objects) < 2 or not all(isinstance(o, dict) for o in objects):
        return []
    return [table_of(path, "", objects, "jsonl", text)]


def tables_in(folder):
    """Every table of every readable artifact, in order of path, and every path."""
    tables, paths = [], []
    for file in sorted(pathlib.Path(folder).rglob("*")):
        if not file.is_file():
            continue
        path = file.relative_to(folder).as_posix()
        paths.append(path)
        if file.stat().st_size > MOST_BYTES:
            continue
        try:
            text = file.read_text(encoding="utf-8-sig")
            if file.suffix == ".json":
                tables += json_tables(path, json.loads(text, parse_float=decimal.Decimal), text)
            elif file.suffix == ".jsonl":
                tables += jsonl_table(path, text)
            elif file.suffix == ".csv":
                tables += csv_table(path, text)
        except (ValueError, csv.Error, RecursionError, decimal.InvalidOperation):
            continue
    return tables, paths
