"""The classes of Spark's types."""

import datetime
import decimal
import json


class DataType:
    """A type: `simpleString` as in DDL, `jsonValue` as in a Spark schema, `accepts` the Python values that are of it."""

    _name = ""
    _json = None
    _python = ()

    @classmethod
    def typeName(cls):
        return cls._json or cls._name

    def simpleString(self):
        return self._name

    def jsonValue(self):
        return self._json or self._name

    def json(self):
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def accepts(self, value):
        return isinstance(value, self._python) and not (isinstance(value, bool) and bool not in self._python)

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(str(self))

    def __repr__(self):
        return f"{type(self).__name__}()"


class NullType(DataType):
    _name = "void"


class StringType(DataType):
    _name = "string"
    _python = (str,)


class BooleanType(DataType):
    _name = "boolean"
    _python = (bool,)


class ByteType(DataType):
    _name, _json, _python = "tinyint", "byte", (int,)


class ShortType(DataType):
    _name, _json, _python = "smallint", "short", (int,)


class IntegerType(DataType):
    _name, _json, _python = "int", "integer", (int,)


class LongType(DataType):
    _name, _json, _python = "bigint", "long", (int,)


class FloatType(DataType):
    _name, _python = "float", (float,)


class DoubleType(DataType):
    _name, _python = "double", (float,)


class DateType(DataType):
    _name, _python = "date", (datetime.date,)


class TimestampType(DataType):
    _name, _python = "timestamp", (datetime.datetime,)


class TimestampNTZType(DataType):
    _name, _python = "timestamp_ntz", (datetime.datetime,)


class BinaryType(DataType):
    _name, _python = "binary", (bytes, bytearray)


class OtherType(DataType):
    """A type that has values in a result and none in Python of its own: an interval, a variant."""

    def __init__(self, name):
        self._name = name


class DecimalType(DataType):
    _python = (decimal.Decimal,)

    def __init__(self, precision=10, scale=0):
        self.precision = precision
        self.scale = scale

    def simpleString(self):
        return f"decimal({self.precision},{self.scale})"

    jsonValue = simpleString

    def __repr__(self):
        return f"DecimalType({self.precision},{self.scale})"


class ArrayType(DataType):
    _python = (list, tuple)

    def __init__(self, elementType, containsNull=True):
        self.elementType = elementType
        self.containsNull = containsNull

    def simpleString(self):
        return f"array<{self.elementType.simpleString()}>"

    def jsonValue(self):
        return {"type": "array", "elementType": self.elementType.jsonValue(), "containsNull": self.containsNull}

    def __repr__(self):
        return f"ArrayType({self.elementType!r}, {self.containsNull})"


class MapType(DataType):
    _python = (dict,)

    def __init__(self, keyType, valueType, valueContainsNull=True):
        self.keyType = keyType
        self.valueType = valueType
        self.valueContainsNull = valueContainsNull

    def simpleString(self):
        return f"map<{self.keyType.simpleString()},{self.valueType.simpleString()}>"

    def jsonValue(self):
        return {
            "type": "map",
            "keyType": self.keyType.jsonValue(),
            "valueType": self.valueType.jsonValue(),
            "valueContainsNull": self.valueContainsNull,
        }

    def __repr__(self):
        return f"MapType({self.keyType!r}, {self.valueType!r}, {self.valueContainsNull})"


class StructField(DataType):
    def __init__(self, name, dataType, nullable=True, metadata=None):
        self.name = name
        self.dataType = dataType
        self.nullable = nullable
        self.metadata = metadata or {}

    def simpleString(self):
        return f"{self.name}:{self.dataType.simpleString()}"

    def jsonValue(self):
        return {
            "name": self.name,
            "type": self.dataType.jsonValue(),
            "nullable": self.nullable,
            "metadata": self.metadata,
        }

    def __repr__(self):
        return f"StructField('{self.name}', {self.dataType!r}, {self.nullable})"


class StructType(DataType):
    _python = (tuple, list, dict)

    def __init__(self, fields=None):
        self.fields = list(fields or [])

    def add(self, field, data_type=None, nullable=True, metadata=None):
        if not isinstance(field, StructField):
            from pyspark.sql.type_text import parse_type

            parsed = parse_type(data_type) if isinstance(data_type, str) else data_type
            field = StructField(field, parsed, nullable, metadata)
        self.fields.append(field)
        return self

    @property
    def names(self):
        return [field.name for field in self.fields]

    def fieldNames(self):
        return self.names

    def simpleString(self):
        return f"struct<{','.join(field.simpleString() for field in self.fields)}>"

    def jsonValue(self):
        return {"type": "struct", "fields": [field.jsonValue() for field in self.fields]}

    def __iter__(self):
        return iter(self.fields)

    def __len__(self):
        return len(self.fields)

    def __getitem__(self, key):
        if isinstance(key, str):
            return next(field for field in self.fields if field.name == key)
        return self.fields[key]

    def __repr__(self):
        return f"StructType({self.fields!r})"
