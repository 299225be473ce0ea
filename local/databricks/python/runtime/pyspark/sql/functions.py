"""`pyspark.sql.functions`: SQL functions of the warehouse under PySpark's names. The table says what each argument is."""

from emulator.errors import NotInEmulator, Refused
from pyspark.errors import PySparkValueError
from pyspark.sql.column import Column, as_column, as_literal, call, expression, named
from pyspark.sql.missing_methods import FUNCTIONS

# For each argument: c a column or its name, v a value (or a column), `?` before what may be left out, `*` for any number.
_SIGNATURES = {
    "c": """
        abs acos array_compact array_distinct array_max array_min ascii asin atan avg base64 bin cbrt ceil char_length
        collect_list collect_set cos cosh crc32 date_from_unix_date day dayofmonth dayofweek dayofyear degrees exp explode
        explode_outer factorial flatten floor hex hour initcap isnan isnull isnotnull kurtosis last_day length ln log10 log2
        lower map_entries map_keys map_values max md5 mean median min minute month octet_length posexplode quarter radians
        reverse second sha sha1 sign signum sin sinh size skewness sqrt stddev stddev_pop stddev_samp sum tan tanh
        timestamp_seconds timestamp_millis to_json trim typeof unbase64 unhex upper var_pop var_samp variance weekday
        weekofyear year bool_and bool_or every some any_value inline cardinality
    """,
    "cc": "atan2 corr covar_pop covar_samp datediff date_diff map_from_arrays max_by min_by nullif nvl power pow ifnull array_union "
    "array_intersect array_except arrays_overlap equal_null hypot mod left right "
    "startswith endswith contains rlike regexp",
    "c?v": "round bround first last ltrim rtrim sort_array to_date to_timestamp json_array_length try_to_timestamp",
    "cv": "array_contains array_position array_remove date_add date_sub add_months date_format get_json_object instr repeat sha2 "
    "shiftleft shiftright element_at try_element_at array_append array_prepend trunc approx_percentile "
    "percentile array_repeat get from_unixtime from_utc_timestamp to_utc_timestamp next_day map_contains_key",
    "c?vv": "lag lead nth_value regexp_extract split lpad rpad",
    "ccc": "split_part sequence nvl2",
    "cc?c": "replace",
    "cvv": "substring translate slice conv regexp_replace",
    "cv?v": "array_join percentile_approx",
    "vc": "date_trunc",
    "c*": "array coalesce concat greatest least map_concat hash xxhash64 arrays_zip grouping_id",
    "": "current_date current_timestamp now row_number rank dense_rank percent_rank cume_dist uuid current_user "
    "current_database current_catalog e pi",
    "?v": "rand randn",
    "v": "ntile",
    "vc*": "concat_ws format_string",
}


def _arguments(name, shape, values):
    columns, rest = [], shape.replace("?", "")
    for value in values:
        if not rest:
            raise TypeError(f"{name}() takes fewer arguments")
        kind = rest[0]
        if not rest[1:].startswith("*"):
            rest = rest[1:]
        columns.append(as_column(value) if kind == "c" else as_literal(value))
    least = len(shape.split("?")[0].replace("c*", ""))
    if len(columns) < least:
        raise TypeError(f"{name}() is missing arguments")
    return columns


def _function(name, shape):
    def function(*values, **named_values):
        values = (*values, *named_values.values())
        if shape.endswith("c*") and values and isinstance(values[-1], (list, tuple, set)):
            values = (*values[:-1], *values[-1])
        return call(name, *_arguments(name, shape, values))

    function.__name__ = function.__qualname__ = name
    return function


for _shape, _names in _SIGNATURES.items():
    for _name in _names.split():
        globals().setdefault(_name, _function(_name, _shape))

dateadd = date_add  # noqa: F821
ceiling = ceil  # noqa: F821
lcase, ucase = lower, upper  # noqa: F821


def col(name):
    return named(name)


column = col


def lit(value):
    return as_literal(value)


def expr(text):
    return expression(text)


def asc(name):
    return as_column(name).asc()


def desc(name):
    return as_column(name).desc()


def asc_nulls_last(name):
    return as_column(name).asc_nulls_last()


def desc_nulls_last(name):
    return as_column(name).desc_nulls_last()


def broadcast(frame):
    return frame


def count(value):
    return call("count", as_column(value)) if value != "*" else expression_call("count(*)")


def expression_call(text):
    return Column(lambda _: text, is_simple=True)


def count_distinct(first_column, *columns):
    return call("count", *map(as_column, (first_column, *columns)), distinct=True)


countDistinct = count_distinct


def sum_distinct(value):
    return call("sum", as_column(value), distinct=True)


sumDistinct = sum_distinct


def approx_count_distinct(value):
    return call("approx_count_distinct", as_column(value))


def create_map(*columns):
    return call("map", *map(as_column, columns))


def struct(*columns):
    """Its fields are called as the columns are."""
    given = columns[0] if len(columns) == 1 and isinstance(columns[0], (list, tuple, set)) else columns
    fields = [as_column(value) for value in given]
    names = [field._alias or field._reference or f"col{place}" for place, field in enumerate(fields, 1)]
    return call("named_struct", *(part for name, field in zip(names, fields) for part in (as_literal(name), field)))


def named_struct(*columns):
    return call("named_struct", *map(as_column, columns))


def substring_index(value, delim, number):
    return call("substring_index", as_column(value), as_literal(delim), as_literal(number))


def unix_timestamp(value=None, format=None):
    return call("unix_timestamp", *_given(value, format))


def months_between(one, other, roundOff=True):
    if roundOff is not True:
        raise NotInEmulator("months_between with roundOff=False")
    return call("months_between", as_column(one), as_column(other))


def from_json(value, schema, options=None):
    if options:
        raise NotInEmulator("from_json with options")
    text = schema if isinstance(schema, str) else schema.simpleString()
    return call("from_json", as_column(value), as_literal(text))


def negate(value):
    return -as_column(value)


negative = negate


def _given(value, *values):
    return [] if value is None else [as_column(value), *(as_literal(item) for item in values if item is not None)]


class _Case(Column):
    """`when(…).when(…).otherwise(…)`."""

    def __init__(self, branches, default=None):
        self._branches = branches
        self._default = default
        super().__init__(self._case, is_simple=True)

    def when(self, condition, value):
        return _Case([*self._branches, (condition, as_literal(value))])

    def otherwise(self, value):
        return _Case(self._branches, as_literal(value))

    def _case(self, scope):
        parts = [f"WHEN {condition._sql(scope)} THEN {value._sql(scope)}" for condition, value in self._branches]
        if self._default is not None:
            parts.append(f"ELSE {self._default._sql(scope)}")
        return f"CASE {' '.join(parts)} END"


def when(condition, value):
    if not isinstance(condition, Column):
        raise PySparkValueError("[NOT_COLUMN] Argument `condition` should be a Column.")
    return _Case([(condition, as_literal(value))])


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotInEmulator(f"pyspark.sql.functions.{name}")


# So that `import *` brings them as well, over functions of Python that have the same name.
for _name in FUNCTIONS - globals().keys():
    globals()[_name] = Refused(f"pyspark.sql.functions.{_name}")

_NOT_EXPORTED = {"Column", "FUNCTIONS", "NotInEmulator", "PySparkValueError", "Refused"}
__all__ = [name for name in globals() if not name.startswith("_") and name not in _NOT_EXPORTED]
