"""Reading Python source without running it: what a file defines and what its names mean.

The command line must answer `--help` without importing torch, so parts are found in the text of
the package. A name is resolved as Python would: the file's own definitions first, then what it
imports from files of the same package.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from elbowroom.errors import ConfigError

Definition = ast.ClassDef | ast.FunctionDef


@dataclass(frozen=True, eq=False)
class SourceTree:
    """A package on disk, its files parsed once and only when asked for.

    Args:
        root: The package's folder, the one that holds `__init__.py`.
        name: The name it is imported by.
    """

    root: Path
    name: str

    @cached_property
    def _files(self) -> dict[Path, "SourceFile"]:
        return {}

    def file(self, path: Path) -> "SourceFile":
        """Return the parsed file at a path inside the package."""
        if path not in self._files:
            self._files[path] = SourceFile(path, self._module_name(path), self)
        return self._files[path]

    def files(self, pattern: str) -> list["SourceFile"]:
        """Return the files that match a glob pattern, in order of their names."""
        return [self.file(path) for path in sorted(self.root.glob(pattern))]

    def module(self, name: str) -> "SourceFile | None":
        """Return the file behind a dotted module name, or None when it is not in this package."""
        if name != self.name and not name.startswith(f"{self.name}."):
            return None
        place = self.root.joinpath(*name.split(".")[1:])
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                return self.file(path)
        return None

    def _module_name(self, path: Path) -> str:
        steps = path.relative_to(self.root).with_suffix("").parts
        return ".".join([self.name, *(step for step in steps if step != "__init__")])


@dataclass(frozen=True, eq=False)
class SourceFile:
    """One parsed file of a package."""

    path: Path
    module: str
    tree: SourceTree

    @cached_property
    def _body(self) -> list[ast.stmt]:
        try:
            return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path)).body
        except SyntaxError as error:
            raise ConfigError(f"{self.path} is not valid Python: {error}") from error

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Top-level classes and functions by name, in the order of the file."""
        return {node.name: node for node in self._body if isinstance(node, Definition)}

    @cached_property
    def assignments(self) -> dict[str, ast.expr]:
        """Top-level `NAME = expression` by name: constants and aliases of types."""
        return dict(_assignments(self._body))

    @cached_property
    def imports(self) -> dict[str, tuple[str, str]]:
        """Names bound by `from module import name`: local name -> (module, name there)."""
        return {
            alias.asname or alias.name: (self._absolute(node), alias.name)
            for node in self._body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def find(self, name: str) -> "tuple[SourceFile, Definition | ast.expr] | None":
        """Return what a name means in this file and the file that says so, if it is in the tree."""
        meaning = self.definitions.get(name) or self.assignments.get(name)
        if meaning is not None:
            return self, meaning
        module, original = self.imports.get(name, ("", name))
        origin = self.tree.module(module)
        return origin.find(original) if origin is not None and origin is not self else None

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        steps = self.module.split(".")
        parents = node.level - (self.path.name == "__init__.py")
        kept = steps[: len(steps) - parents]
        return ".".join([*kept, *([node.module] if node.module else [])])


def _assignments(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def outside_file(module: str) -> SourceFile:
    """Return the source of a module that is not Elbowroom's; its parent packages are imported.

    Only for modules that a person has said they trust.

    Raises:
        ConfigError: If there is no such module, or it has no Python source.
    """
    try:
        spec = find_spec(module)
    except (ImportError, ValueError) as error:
        raise ConfigError(f"there is no module '{module}': {error}") from error
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise ConfigError(
            f"there is no Python file for the module '{module}'. It is looked for in the folder "
            "you are in and among the installed packages."
        )
    path = Path(spec.origin)
    package = spec.name if path.name == "__init__.py" else module.rpartition(".")[0]
    return SourceFile(path, module, SourceTree(path.parent, package or module))


def base_names(node: Definition) -> list[str]:
    """Return the last name of each base class: `nn.Module` -> "Module", `Base[T]` -> "Base"."""
    if not isinstance(node, ast.ClassDef):
        return []
    bases = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
    return [base.id if isinstance(base, ast.Name) else getattr(base, "attr", "") for base in bases]


def is_abstract(node: Definition) -> bool:
    """Return whether a class says itself that it is not to be built."""
    return isinstance(node, ast.ClassDef) and (
        "ABC" in base_names(node)
        or any(
            isinstance(item, ast.FunctionDef) and "abstractmethod" in decorator_names(item)
            for item in node.body
        )
    )


def decorator_names(node: Definition) -> list[str]:
    """Return the last name of each decorator: `@dataclasses.dataclass(...)` -> "dataclass"."""
    calls = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return [call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls]
