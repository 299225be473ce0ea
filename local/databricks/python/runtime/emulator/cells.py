"""Runs cells as IPython does: top-level `await`, the value of a last expression in `_`, magic commands."""

import __future__
import ast
import inspect

from emulator import magics
from emulator.magic_lines import with_magic_calls

_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag


class Shell:
    """The cells of one notebook, and of those that it includes, share its namespace."""

    def __init__(self, notebook, namespace, sources, show):
        self.notebook = notebook
        self.namespace = namespace
        self._sources = sources
        self._show = show
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._count = 0
        self._start()

    def _start(self):
        self._initial = dict(self.namespace)
        self.namespace.update({"_": "", "__": "", "___": "", "Out": {}, "In": [""], "get_ipython": lambda: self})

    def reset(self):
        """A Python process that has been started anew: nothing of what was defined is left."""
        self.namespace.clear()
        self.namespace.update(self._initial)
        self._start()

    async def run_cells(self, cells):
        for cell in cells:
            await self.run_cell(cell)

    async def run_cell(self, text):
        """Runs one cell, of whatever language it says that it is in."""
        if text.startswith("%%") or magics.is_whole_cell(text):
            await magics.run_cell_magic(self, text)
        else:
            await self.run_python(text)

    async def run_python(self, text):
        self._count += 1
        filename = f"<command-{self._count}>"
        self._sources.add(filename, text)
        self.namespace["In"].append(text)
        tree = self._parse(text, filename)
        *body, last = tree.body or [None]
        if isinstance(last, ast.Expr):
            await self._run(ast.Module(body, []), filename, "exec")
            # A semicolon after a last expression keeps its value from being shown.
            self._displayed(await self._run(ast.Expression(last.value), filename, "eval"), text.rstrip().endswith(";"))
        elif last is not None:
            await self._run(tree, filename, "exec")

    def run_line_magic(self, name, line):
        return magics.run_line_magic(self, name, line)

    def _parse(self, text, filename):
        flags = ast.PyCF_ONLY_AST | self._flags
        try:
            return compile(text, filename, "exec", flags, dont_inherit=True)
        except SyntaxError:
            rewritten = with_magic_calls(text)
            if rewritten == text:
                raise
            return compile(rewritten, filename, "exec", flags, dont_inherit=True)

    async def _run(self, tree, filename, mode):
        code = compile(tree, filename, mode, self._flags, dont_inherit=True)
        self._flags |= code.co_flags & _FUTURES
        value = eval(code, self.namespace)
        return await value if code.co_flags & inspect.CO_COROUTINE else value

    def _displayed(self, value, is_silent):
        if value is None:
            return
        names = self.namespace
        names.update({"___": names.get("__"), "__": names.get("_"), "_": value})
        names["Out"][self._count] = value
        if not is_silent:
            self._show(value)
