"""Joins, and columns of relations that have been joined."""

from emulator import sql_text
from emulator.errors import NotInEmulator
from pyspark.errors import IllegalArgumentException
from pyspark.sql.column import Column
from pyspark.sql.functions import lit
from pyspark.sql.scope import Member, Scope

_KINDS = {
    "inner": "INNER JOIN",
    "cross": "CROSS JOIN",
    "left": "LEFT JOIN",
    "leftouter": "LEFT JOIN",
    "right": "RIGHT JOIN",
    "rightouter": "RIGHT JOIN",
    "full": "FULL JOIN",
    "outer": "FULL JOIN",
    "fullouter": "FULL JOIN",
    "semi": "LEFT SEMI JOIN",
    "leftsemi": "LEFT SEMI JOIN",
    "anti": "LEFT ANTI JOIN",
    "leftanti": "LEFT ANTI JOIN",
}
_LEFT_ONLY = ("LEFT SEMI JOIN", "LEFT ANTI JOIN")


# After these a condition on rows of the left side means the same as before them.
_KEEP_CONDITIONS = ("INNER JOIN", "CROSS JOIN", "LEFT JOIN", *_LEFT_ONLY)


def join(left, right, on, how):
    kind = _KINDS.get(how.lower().replace("_", ""))
    if kind is None:
        raise IllegalArgumentException(f"[UNSUPPORTED_JOIN_TYPE] Unsupported join type '{how}'. SQLSTATE: 0A000")
    keys = [on] if isinstance(on, (str, Column)) else list(on or [])
    if keys and all(isinstance(key, str) for key in keys):
        return _join_on_names(left, right, keys, kind)
    if any(isinstance(key, str) for key in keys):
        raise NotInEmulator("joins on names and columns together")
    return _join_on_columns(left, right, keys, kind)


def _join_on_columns(left, right, keys, kind):
    one, other = left._scope, _closed(right)
    other = _renamed(one, other)
    if one.conditions and kind not in _KEEP_CONDITIONS:
        raise NotInEmulator("such a join of joined DataFrames that were filtered: select their columns first")
    both = Scope("", [*one.members, *other.members])
    condition = " AND ".join(key._operand(both) for key in keys)
    if not condition and kind == "INNER JOIN":
        kind = "CROSS JOIN"
    on = f" ON {condition or 'TRUE'}" if kind != "CROSS JOIN" else ""
    members = one.members if kind in _LEFT_ONLY else both.members
    source = f"{one.source} {kind} {other.source}{on}"
    return left._of_scope(Scope(source, members, one.conditions), joined=True)


def _join_on_names(left, right, names, kind):
    """Each key once and first, then the other columns of the left and of the right."""
    one = _closed(left)
    other = _renamed(one, _closed(right))
    [mine], [theirs] = one.members, other.members
    kind = "INNER JOIN" if kind == "CROSS JOIN" else kind
    quoted = [sql_text.quote(name) for name in names]
    condition = " AND ".join(f"{mine.alias}.{name} = {theirs.alias}.{name}" for name in quoted)
    source = f"{one.source} {kind} {other.source} ON {condition}"
    rest, others = _without(mine.columns, names), _without(theirs.columns, names)
    if kind == "FULL JOIN":
        return _full(left, right, Scope(source, one.members + other.members), names, rest, others)
    outer = theirs if kind == "RIGHT JOIN" else mine
    members = [Member(outer.alias, names, outer.frames), Member(mine.alias, rest, mine.frames)]
    if kind not in _LEFT_ONLY:
        members.append(Member(theirs.alias, others, theirs.frames))
    return left._of_scope(Scope(source, members), joined=True)


def _full(left, right, scope, names, rest, others):
    twice = sorted({name.lower() for name in rest} & {name.lower() for name in others})
    if twice:
        raise NotInEmulator(f"a full join of DataFrames that both have {', '.join(twice)}: rename it first")
    mine, theirs = scope.members
    keys = [(sql_text.quote(name), name) for name in names]
    parts = [f"coalesce({mine.alias}.{key}, {theirs.alias}.{key}) AS {key}" for key, _ in keys]
    parts += [f"{mine.alias}.{sql_text.quote(name)}" for name in rest]
    parts += [f"{theirs.alias}.{sql_text.quote(name)}" for name in others]
    return left._made(scope.select(", ".join(parts)), [left._frames, right._frames])


def _closed(frame):
    """A scope of one relation."""
    scope = frame._scope
    if len(scope.members) == 1 and not scope.conditions:
        return scope
    frame._require_unique()
    alias = f"frame_{frame._number}"
    return Scope(f"({frame._query}) AS {alias}", [Member(alias, frame.columns, frame._frames)])


def _renamed(one, other):
    """The other scope under an alias that the first does not have."""
    [member] = other.members
    if member.alias not in [own.alias for own in one.members]:
        return other
    alias = f"{member.alias.strip('`')}_again_{len(one.members)}"
    source = other.source.removesuffix(f" AS {member.alias}")
    return Scope(f"{source} AS {alias}", [Member(alias, member.columns, member.frames)])


def _without(columns, names):
    keys = [name.lower() for name in names]
    return [name for name in columns if name.lower() not in keys]


def columns_left(scope, dropped):
    """The columns of a scope without those that are named, or taken from one DataFrame."""
    names = {column.lower() for column in dropped if isinstance(column, str)}
    gone = {column._sql(scope).lower() for column in dropped if isinstance(column, Column)}
    parts = []
    for member in scope.members:
        for name in member.columns:
            quoted = sql_text.quote(name)
            forms = {f"{member.alias}.{quoted}".lower(), quoted.lower()}
            if name.lower() not in names and not forms & gone:
                parts.append(f"{member.alias}.{quoted}")
    return parts


def with_missing(frame, other):
    """A DataFrame with NULL for the columns that only the other one has."""
    mine = {name.lower() for name in frame.columns}
    missing = [name for name in other.columns if name.lower() not in mine]
    return frame.select("*", *[lit(None).alias(name) for name in missing]) if missing else frame

