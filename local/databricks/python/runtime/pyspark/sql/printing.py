"""`show` and `printSchema` as Spark prints them."""

import json

from pyspark.sql.data_types import ArrayType, MapType, StructType


def table(schema, rows, truncate, has_more):
    """Rows of texts in a frame; nested values come as JSON and are printed as Spark prints them."""
    kinds = [field.dataType for field in schema.fields]
    cells = [[_cut(_text(text, kind), truncate) for text, kind in zip(row, kinds)] for row in rows]
    names = [_cut(name, truncate) for name in schema.names]
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(names, *cells)] if names else []
    rule = "+" + "".join(f"{'-' * width}+" for width in widths)
    pad = str.rjust if truncate > 0 else str.ljust

    def line(texts):
        return "|" + "".join(f"{pad(text, width)}|" for text, width in zip(texts, widths))

    lines = [rule, line(names), rule, *map(line, cells), rule]
    if has_more:
        lines.append(f"only showing top {len(rows)} {'row' if len(rows) == 1 else 'rows'}")
    return "\n".join(lines) + "\n"


def _cut(text, truncate):
    if truncate <= 0 or len(text) <= truncate:
        return text
    return text[:truncate] if truncate < 4 else f"{text[: truncate - 3]}..."


def _text(text, kind):
    if text is None:
        return "NULL"
    if isinstance(kind, (ArrayType, MapType, StructType)):
        return _nested(json.loads(text, parse_float=str, parse_int=str), kind)
    return text.replace("\n", "\\n")


def _nested(value, kind):
    if value is None:
        return "NULL"
    if isinstance(kind, ArrayType):
        return f"[{', '.join(_nested(item, kind.elementType) for item in value)}]"
    if isinstance(kind, MapType):
        return "{" + ", ".join(f"{key} -> {_nested(item, kind.valueType)}" for key, item in value.items()) + "}"
    if isinstance(kind, StructType):
        return "{" + ", ".join(_nested(value.get(field.name), field.dataType) for field in kind.fields) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def schema_tree(schema):
    return "\n".join(["root", *_fields(schema, " |")]) + "\n"


def _fields(struct, prefix):
    for field in struct.fields:
        yield f"{prefix}-- {field.name}: {_kind(field.dataType)} (nullable = {str(field.nullable).lower()})"
        yield from _inner(field.dataType, f"{prefix}    |")


def _inner(kind, prefix):
    if isinstance(kind, StructType):
        yield from _fields(kind, prefix)
    elif isinstance(kind, ArrayType):
        yield f"{prefix}-- element: {_kind(kind.elementType)} (containsNull = {str(kind.containsNull).lower()})"
        yield from _inner(kind.elementType, f"{prefix}    |")
    elif isinstance(kind, MapType):
        yield f"{prefix}-- key: {_kind(kind.keyType)}"
        yield f"{prefix}-- value: {_kind(kind.valueType)} (valueContainsNull = {str(kind.valueContainsNull).lower()})"
        yield from _inner(kind.valueType, f"{prefix}    |")


def _kind(kind):
    for nested, name in ((StructType, "struct"), (ArrayType, "array"), (MapType, "map")):
        if isinstance(kind, nested):
            return name
    shape = kind.jsonValue()
    return shape if isinstance(shape, str) else kind.simpleString()
