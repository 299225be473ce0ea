"""Finds line magics within Python: lines that begin with `%`, where a statement may begin."""

import io
import re
import tokenize

from emulator.errors import NotInEmulator

_MAGIC = re.compile(r"^(\s*)%(\w+)[ \t]*(.*)$")
_ASSIGNED = re.compile(r"^\s*[\w.]+\s*=\s*([%!])\s*(\w+)")
_SHELL = re.compile(r"^\s*!\s*(\S*)")
_HELP = re.compile(r"^\s*\?{1,2}[\w.]+\s*$|^\s*[\w.]+\?{1,2}\s*$")


def with_magic_calls(text):
    """The text with a call in place of every line magic. Lines stay where they are, so that tracebacks name the right ones."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not re.search(r"[%!?]", line) or not _begins_statement(lines[:number]):
            continue
        magic = _MAGIC.match(line)
        if magic:
            indent, name, rest = magic.groups()
            lines[number] = f"{indent}get_ipython().run_line_magic({name!r}, {rest.strip()!r})"
        else:
            _refuse_other_syntax(line)
    return "\n".join(lines)


def _begins_statement(before):
    """Whether a new statement may begin after these lines: no bracket, text or continued line is open."""
    if before and before[-1].endswith("\\"):
        return False
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(before) + "\n").readline):
            pass
    except tokenize.TokenError:
        return False
    except SyntaxError:
        return True
    return True


def _refuse_other_syntax(line):
    if _SHELL.match(line):
        raise NotInEmulator(f"a shell (!{_SHELL.match(line).group(1)})")
    assigned = _ASSIGNED.match(line)
    if assigned:
        what = "a shell" if assigned.group(1) == "!" else "assigned line magics"
        raise NotInEmulator(f"{what} ({assigned.group(1)}{assigned.group(2)})")
    if _HELP.match(line):
        raise NotInEmulator(f"IPython's help ({line.strip()})")
