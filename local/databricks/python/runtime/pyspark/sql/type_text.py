"""Spark's types from their texts: DDL, and the JSON of a schema."""

import re

from pyspark.errors import ParseException
from pyspark.sql.data_types import (
    ArrayType, BinaryType, BooleanType, ByteType, DataType, DateType, DecimalType, DoubleType, FloatType, IntegerType,
    LongType, MapType, NullType, OtherType, ShortType, StringType, StructField, StructType, TimestampNTZType, TimestampType,
)  # fmt: skip

_SCALARS = [
    NullType, StringType, BooleanType, ByteType, ShortType, IntegerType, LongType, FloatType, DoubleType, DateType,
    TimestampType, TimestampNTZType, BinaryType,
]  # fmt: skip
_BY_NAME = {name: kind for kind in _SCALARS for name in (kind._name, kind._json) if name}
_DECIMAL = re.compile(r"^(?:decimal|dec|numeric)(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$")


def type_of_json(value):
    """The type that a Spark schema in JSON names."""
    if isinstance(value, str):
        made = _scalar(value)
        return OtherType(value) if made is None else made
    if value["type"] == "array":
        return ArrayType(type_of_json(value["elementType"]), value.get("containsNull", True))
    if value["type"] == "map":
        return MapType(type_of_json(value["keyType"]), type_of_json(value["valueType"]))
    return StructType(
        [StructField(field["name"], type_of_json(field["type"]), field.get("nullable", True)) for field in value["fields"]]
    )


def _scalar(name):
    if name in _BY_NAME:
        return _BY_NAME[name]()
    if name in ("decimal", "dec", "numeric"):
        return DecimalType(10, 0)
    found = _DECIMAL.match(name)
    return DecimalType(int(found.group(1)), int(found.group(2) or 0)) if found else None


def parse_type(text):
    """A type as DDL writes it: `array<struct<a: int>>`; a list of fields (`a int, b string`) is a struct."""
    stripped = text.strip()
    lower = stripped.lower()
    made = _scalar(lower)
    if made is not None:
        return made
    if lower.startswith(("varchar(", "char(")):
        return StringType()
    for word, build in (("array", _parse_array), ("map", _parse_map), ("struct", _parse_struct)):
        if re.match(rf"{word}\s*<.*>$", lower, re.DOTALL):
            return build(stripped[stripped.index("<") + 1 : -1])
    if re.search(r"[\s:]", stripped):
        return _parse_struct(stripped)
    raise ParseException(f"[UNSUPPORTED_DATATYPE] Unsupported data type \"{stripped.upper()}\". SQLSTATE: 0A000")


def _parse_array(inner):
    return ArrayType(parse_type(inner))


def _parse_map(inner):
    key, value = _split(inner)
    return MapType(parse_type(key), parse_type(value))


_FIELD = re.compile(r"^(`(?:[^`]|``)+`|[\w-]+)\s*(?::\s*|\s+)(.+)$", re.DOTALL)
_SUFFIX = re.compile(r"\s+(not\s+null)?\s*(comment\s+'.*')?\s*$", re.IGNORECASE)


def _parse_struct(inner):
    fields = []
    for part in _split(inner):
        found = _FIELD.match(part.strip())
        if found is None:
            raise ParseException(f"[PARSE_SYNTAX_ERROR] Syntax error at or near '{part.strip()}'. SQLSTATE: 42601")
        name, kind = found.groups()
        suffix = _SUFFIX.search(f"{kind} ")
        nullable = not (suffix and suffix.group(1))
        fields.append(StructField(name.strip("`").replace("``", "`"), parse_type(_SUFFIX.sub("", f"{kind} ")), nullable))
    return StructType(fields)


def _split(text):
    parts, depth = [""], 0
    for char in text:
        depth += {"<": 1, "(": 1, ">": -1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts
