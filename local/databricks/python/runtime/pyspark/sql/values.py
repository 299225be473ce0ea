"""Values of Python from the texts of a result, and texts for local rows."""

import base64
import datetime
import decimal
import json

from emulator.errors import NotInEmulator
from pyspark.errors import PySparkTypeError, PySparkValueError
from pyspark.sql import types as t

_UTC = datetime.timezone.utc
_INTEGERS = (t.ByteType, t.ShortType, t.IntegerType, t.LongType)


def reader(kind):
    """Reads the text of a value of this type; nested values are JSON."""
    if isinstance(kind, (t.ArrayType, t.MapType, t.StructType)):
        read = _json_reader(kind)
        # Numbers stay texts, to be read as the type says.
        return lambda text: read(json.loads(text, parse_float=str, parse_int=str))
    return _scalar_reader(kind)


def _scalar_reader(kind):
    if isinstance(kind, _INTEGERS):
        return int
    if isinstance(kind, (t.FloatType, t.DoubleType)):
        return float
    if isinstance(kind, t.DecimalType):
        return decimal.Decimal
    return _READERS.get(type(kind), str)


def _timestamp(text):
    moment = datetime.datetime.fromisoformat(text)
    # PySpark returns the time of the session's zone, without the zone.
    return moment.astimezone(_UTC).replace(tzinfo=None) if moment.tzinfo else moment


_READERS = {
    t.BooleanType: lambda text: text in ("true", True),
    t.DateType: datetime.date.fromisoformat,
    t.TimestampType: _timestamp,
    t.TimestampNTZType: _timestamp,
    t.BinaryType: lambda text: bytearray(base64.b64decode(text)),
    t.NullType: lambda _: None,
}


def _json_reader(kind):
    if isinstance(kind, t.ArrayType):
        item = _or_none(_json_reader(kind.elementType))
        return lambda value: [item(part) for part in value]
    if isinstance(kind, t.MapType):
        key, item = _scalar_reader(kind.keyType), _or_none(_json_reader(kind.valueType))
        return lambda value: {key(name): item(part) for name, part in value.items()}
    if isinstance(kind, t.StructType):
        names = kind.names
        items = [_or_none(_json_reader(field.dataType)) for field in kind.fields]
        return lambda value: t.Row._of(names, [read(value.get(name)) for name, read in zip(names, items)])
    return _scalar_reader(kind)


def _or_none(read):
    return lambda value: None if value is None else read(value)


def rows_of(schema, rows):
    """Rows of texts as rows of values."""
    names = schema.names
    readers = [_or_none(reader(field.dataType)) for field in schema.fields]
    return [t.Row._of(names, [read(text) for read, text in zip(readers, row)]) for row in rows]


def text_of(value, kind, path):
    """The text that stands for a value of this type in a local relation.

    Raises PySparkTypeError as PySpark does when the value is not of the type.
    """
    if value is None:
        return None
    nested = _json_of(value, kind, path)
    return json.dumps(nested) if isinstance(nested, (dict, list)) else nested


def _json_of(value, kind, path):
    if value is None:
        return None
    if not kind.accepts(value):
        raise PySparkTypeError(
            f"[FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME] field {path}: {kind!r} can not accept object {value!r} in type "
            f"{type(value).__name__}."
        )
    if isinstance(kind, t.ArrayType):
        return [_json_of(item, kind.elementType, f"element in array {path}") for item in value]
    if isinstance(kind, t.MapType):
        # A list of pairs keeps keys that are no texts.
        return {_json_of(key, kind.keyType, path): _json_of(item, kind.valueType, path) for key, item in value.items()}
    if isinstance(kind, t.StructType):
        return {
            field.name: _json_of(part, field.dataType, f"{path}.{field.name}")
            for field, part in zip(kind.fields, cells_of(value, kind.names))
        }
    return _scalar_text(value, kind)


def _scalar_text(value, kind):
    if isinstance(kind, t.BooleanType):
        return "true" if value else "false"
    if isinstance(kind, (t.BinaryType,)):
        return bytes(value).hex()
    if isinstance(kind, t.DateType) and isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.datetime):
        zoned = value.astimezone(_UTC) if value.tzinfo else value.replace(tzinfo=_UTC)
        return zoned.replace(tzinfo=None).isoformat(" ") + ("+00" if isinstance(kind, t.TimestampType) else "")
    if isinstance(kind, t.DecimalType):
        return f"{value:f}"
    return repr(value) if isinstance(value, float) else str(value)


def cells_of(row, names):
    """The values of a row that is a dict, a Row with names, a tuple or a list, in the order of the names."""
    if isinstance(row, dict):
        return [row.get(name) for name in names]
    if isinstance(row, t.Row) and hasattr(row, "__fields__") and set(names) <= set(row.__fields__):
        return [row[name] for name in names]
    if len(row) != len(names):
        raise PySparkValueError(
            f"[LENGTH_SHOULD_BE_THE_SAME] obj and fields should be of the same length, got {len(row)} and {len(names)}."
        )
    return list(row)


def inferred(values):
    """The type that PySpark infers for a column of these values."""
    kind = t.NullType()
    for value in values:
        kind = _merged(kind, _type_of(value))
    return kind


_PYTHON = [
    (bool, t.BooleanType), (int, t.LongType), (float, t.DoubleType), (str, t.StringType), (datetime.datetime, t.TimestampType),
    (datetime.date, t.DateType), ((bytes, bytearray), t.BinaryType),
]  # fmt: skip


def _type_of(value):
    if value is None:
        return t.NullType()
    for python, kind in _PYTHON:
        if isinstance(value, python):
            return kind()
    if isinstance(value, decimal.Decimal):
        return t.DecimalType(38, 18)
    if isinstance(value, list):
        return t.ArrayType(inferred(value))
    if isinstance(value, dict):
        return t.MapType(inferred(value.keys()), inferred(value.values()))
    if isinstance(value, tuple):
        names = getattr(value, "__fields__", None) or getattr(value, "_fields", None)
        names = names or [f"_{number}" for number in range(1, len(value) + 1)]
        return t.StructType([t.StructField(name, _type_of(item)) for name, item in zip(names, value)])
    raise PySparkTypeError(f"[UNSUPPORTED_DATA_TYPE] Unsupported DataType `{type(value).__name__}`.")


def _merged(one, other):
    if isinstance(one, t.NullType) or one == other:
        return other
    if isinstance(other, t.NullType):
        return one
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        return t.ArrayType(_merged(one.elementType, other.elementType))
    if isinstance(one, t.MapType) and isinstance(other, t.MapType):
        return t.MapType(_merged(one.keyType, other.keyType), _merged(one.valueType, other.valueType))
    if isinstance(one, t.StructType) and isinstance(other, t.StructType) and one.names == other.names:
        pairs = zip(one.fields, other.fields)
        return t.StructType([t.StructField(a.name, _merged(a.dataType, b.dataType)) for a, b in pairs])
    raise PySparkTypeError(f"[CANNOT_MERGE_TYPE] Can not merge type `{type(one).__name__}` and `{type(other).__name__}`.")


def duckdb_type(kind):
    """How the warehouse's database writes a type."""
    if isinstance(kind, t.ArrayType):
        return f"{duckdb_type(kind.elementType)}[]"
    if isinstance(kind, t.MapType):
        return f"MAP({duckdb_type(kind.keyType)}, {duckdb_type(kind.valueType)})"
    if isinstance(kind, t.StructType):
        return "STRUCT(" + ", ".join(f'"{field.name}" {duckdb_type(field.dataType)}' for field in kind.fields) + ")"
    if isinstance(kind, t.DecimalType):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    found = _DUCKDB.get(type(kind))
    if found is None:
        raise NotInEmulator(f"local rows of the type {kind.simpleString()}")
    return found


_DUCKDB = {
    t.StringType: "VARCHAR",
    t.BooleanType: "BOOLEAN",
    t.ByteType: "TINYINT",
    t.ShortType: "SMALLINT",
    t.IntegerType: "INTEGER",
    t.LongType: "BIGINT",
    t.FloatType: "FLOAT",
    t.DoubleType: "DOUBLE",
    t.DateType: "DATE",
    t.TimestampType: "TIMESTAMPTZ",
    t.TimestampNTZType: "TIMESTAMP",
    t.BinaryType: "BLOB",
}
