"""Parts are found in source text, and what is found is what Python sees when it imports it."""

import inspect
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from elbowroom.errors import ConfigError
from elbowroom.parts import Catalogue, Part, Slot, build, catalogue
from elbowroom.parts.source import SourceTree

PARTS = [part for slot in catalogue().slots for part in catalogue().parts(slot).values()]
OPTIONS = [(part, option) for part in PARTS for option in part.options.values()]


def name_of(value: Any) -> str:
    return f"{value.slot}-{value.kind}" if isinstance(value, Part) else getattr(value, "name", "")


@pytest.fixture
def tree(tmp_path: Path) -> Any:
    """Write a small package and return its catalogue."""

    def write(slot: Slot, **files: str) -> Catalogue:
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(dedent(text))
        return Catalogue(SourceTree(tmp_path, "fake"), {slot.name: slot})

    return write


ANIMALS = Slot("animal", "*.py", base="Animal")


def test_every_slot_has_parts() -> None:
    empty = [slot for slot in catalogue().slots if not catalogue().parts(slot)]
    assert not empty


@pytest.mark.parametrize("slot", catalogue().slots.values(), ids=lambda slot: slot.name)
def test_default_kind_exists(slot: Slot) -> None:
    assert slot.default is None or slot.default in catalogue().parts(slot.name)


@pytest.mark.parametrize("part", PARTS, ids=name_of)
def test_source_agrees_with_import(part: Part) -> None:
    """What the text says about options, defaults and context is what Python says."""
    loaded = part.load()
    parameters = inspect.signature(loaded).parameters.values()
    options = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    context = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert {option.name: option.default for option in part.options.values()} == options
    assert [parameter.name for parameter in part.context] == context
    assert not inspect.isabstract(loaded)


@pytest.mark.parametrize("part", PARTS, ids=name_of)
def test_every_part_says_what_it_is(part: Part) -> None:
    assert part.summary.endswith("."), "the first line of a docstring is a sentence"
    assert len(part.summary) < 120


@pytest.mark.parametrize(("part", "option"), OPTIONS, ids=name_of)
def test_every_option_has_help_and_takes_its_default(part: Part, option: Any) -> None:
    assert option.help, f"{part.name}: add '{option.name}' to Args:"
    if not isinstance(option.default, tuple | None):
        assert option.type.parse(str(option.default)) == option.default


@pytest.mark.parametrize("section", catalogue().sections)
def test_every_option_of_a_section_has_help(section: str) -> None:
    options = catalogue().options(section)
    assert options
    assert not [name for name, option in options.items() if not option.help]


@pytest.mark.parametrize("part", PARTS, ids=name_of)
def test_misspelt_kind_is_answered_with_the_nearest(part: Part) -> None:
    misspelt = part.kind + "x"
    with pytest.raises(ConfigError, match=f"there is no '{misspelt}'.*Did you mean '{part.kind}'"):
        catalogue().part(part.slot, misspelt)


@pytest.mark.parametrize(("part", "option"), OPTIONS, ids=name_of)
def test_misspelt_option_is_answered_with_the_nearest(part: Part, option: Any) -> None:
    with pytest.raises(ConfigError, match=f"Did you mean '{option.name}'"):
        build(part.slot, _spec(part, {f"{option.name}x": 1}), {})


def _spec(part: Part, options: dict[str, Any]) -> Any:
    table = {"kind": part.kind, **options}
    return [table] if catalogue().slots[part.slot].many else table


@pytest.mark.parametrize("spelling", ["diagonal-gaussian", "DiagonalGaussian", "diagonal_gaussian"])
def test_kinds_may_be_spelt_as_in_python(spelling: str) -> None:
    assert catalogue().part("model.posterior", spelling).name == "DiagonalGaussian"


def test_discovery_imports_no_torch_and_parses_no_file_twice() -> None:
    script = dedent(
        """
        import ast, sys
        from collections import Counter
        parsed, parse = Counter(), ast.parse
        ast.parse = lambda text, name: parsed.update([name]) or parse(text, name)
        from elbowroom.parts import catalogue
        found = catalogue()
        for slot in found.slots: found.parts(slot)
        for section in found.sections: found.options(section)
        print(max(parsed.values()), "torch" in sys.modules, "numpy" in sys.modules)
        """
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "False", "False"]


def test_only_public_concrete_descendants_are_parts(tree: Any) -> None:
    found = tree(
        ANIMALS,
        a="class Animal: ...\nclass Mammal(Animal, ABC): ...\nclass _Hidden(Animal): ...\n"
        "class Helper: ...\ndef function(): ...",
        b="from fake.a import Mammal\nclass Dog(Mammal): ...\n"
        "class Half(Mammal):\n  @abstractmethod\n  def f(self): ...",
        c="class Puppy(b.Dog): ...",
    )
    assert list(found.parts("animal")) == ["dog", "puppy"]


def test_an_option_that_would_hide_the_kind_is_refused(tree: Any) -> None:
    found = tree(
        ANIMALS,
        a="class Animal: ...\nclass Dog(Animal):\n def __init__(self, *, kind: int = 1): ...",
    )
    with pytest.raises(ConfigError, match="Dog has an option 'kind'.*such as 'form'"):
        found.parts("animal")


def test_options_are_inherited_across_files(tree: Any) -> None:
    found = tree(
        ANIMALS,
        a='''
        Legs = Literal[2, 4]
        MANY = 4
        class Animal:
            """An animal.

            Args:
                legs: How many
                    legs.
            """
            def __init__(self, place, time=None, *, legs: Legs = MANY): ...
        ''',
        b="from .a import Animal as Beast\nclass Animal2(Beast): ...\nclass Dog(Animal): ...",
        c="from fake.a import Animal\nclass Cat(Animal):\n  'A cat.'",
    )
    cat = found.part("animal", "cat")
    assert cat.options["legs"].default == 4
    assert cat.options["legs"].help == "How many legs."
    assert cat.options["legs"].type.words() == "one of 2, 4"
    assert [(c.name, c.required) for c in cat.context] == [("place", True), ("time", False)]


def test_dataclass_fields_are_options(tree: Any) -> None:
    found = tree(
        ANIMALS,
        a="@dataclass(frozen=True)\nclass Dog(Animal):\n  size: int\n  legs: int = 4\n"
        "  known: ClassVar[int] = 1",
    )
    dog = found.part("animal", "dog")
    assert list(dog.options) == ["legs"]
    assert [c.name for c in dog.context] == ["size"]


TYPES = [
    ("int", "3", 3, "a whole number"),
    ("float", "3", 3.0, "a number"),
    ("float", "1e-3", 1e-3, "a number"),
    ("bool", "yes", True, "true or false"),
    ("str", "3", "3", "text"),
    ("Path", "a/b", Path("a/b"), "a path"),
    ("'int'", "3", 3, "a whole number"),
    ("int | None", "none", None, "a whole number, or none"),
    ("int | None", "auto", None, "a whole number, or none"),
    ("Optional[int]", "4", 4, "a whole number, or none"),
    ("Literal['a', 'b']", "b", "b", "one of a, b"),
    ("float | Literal['official']", "0.5", 0.5, "a number or one of official"),
    ("float | Literal['official']", "official", "official", "a number or one of official"),
    ("tuple[int, ...]", "400, 200", (400, 200), "whole numbers separated by commas"),
    ("tuple[int, ...]", "", (), "whole numbers separated by commas"),
    ("tuple[str, ...]", "a,b", ("a", "b"), "text separated by commas"),
    ("tuple[int, int]", "4,5", (4, 5), "whole numbers separated by commas"),
    ("Annotated[float, Ge(0)]", "2", 2.0, "a number at least 0"),
    ("Annotated[int, Gt(0), Lt(9)]", "2", 2, "a whole number above 0 and below 9"),
    ("typing.Literal['x']", "x", "x", "one of x"),
]


@pytest.mark.parametrize(("annotation", "text", "value", "words"), TYPES)
def test_types_are_read_parsed_and_put_into_words(
    tree: Any, annotation: str, text: str, value: Any, words: str
) -> None:
    found = tree(
        ANIMALS, a=f"class Dog(Animal):\n def __init__(self, *, o: {annotation} = None): ..."
    )
    option = found.part("animal", "dog").options["o"]
    assert option.type.parse(text) == value
    assert type(option.type.parse(text)) is type(value)
    assert option.type.words() == words


BROKEN = [
    ("*, size: int", "has no default"),
    ("*, size=3", "has no type annotation"),
    ("*, size: dict = None", "cannot have the type 'dict'"),
    ("*, size: int = f()", "must be a plain value"),
    ("*, size: Annotated[int, Odd()] = 1", "a bound must be"),
]


@pytest.mark.parametrize(("parameters", "words"), BROKEN)
def test_broken_signatures_name_the_place(tree: Any, parameters: str, words: str) -> None:
    found = tree(ANIMALS, a=f"class Dog(Animal):\n def __init__(self, {parameters}): ...")
    with pytest.raises(ConfigError, match=words):
        found.parts("animal")


def test_a_file_that_is_not_python_is_named(tree: Any) -> None:
    found = tree(ANIMALS, a="class Dog(")
    with pytest.raises(ConfigError, match=r"a\.py is not valid Python"):
        found.parts("animal")


def test_build_fills_context_and_nested_parts() -> None:
    likelihood = build("model.likelihood", "bernoulli", {"event_shape": (3,), "unused": 1})
    assert likelihood.event_shape == (3,)
    beta = {"kind": "warmup", "end": 4.0}
    objective = build("objective", {"kind": "elbo", "beta": beta}, {"dataset_size": 10})
    assert "Warmup(start=0, end=4" in repr(objective)


def test_build_says_which_context_is_missing() -> None:
    with pytest.raises(ConfigError, match="bernoulli needs 'event_shape'"):
        build("model.likelihood", "bernoulli", {})


def test_an_option_of_another_kind_is_explained() -> None:
    with pytest.raises(ConfigError, match="'blocks' is an option of resnet, not of mlp"):
        build("model.network", {"kind": "mlp", "blocks": 2}, {})


OWN = '''
import marker
class Mine:
    """My own.

    Args:
        size: Its size.
    """
    def __init__(self, latent, *, size: int = 3):
        self.latent, self.size = latent, size
'''


def test_own_classes_need_trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mymodule.py").write_text(OWN)
    (tmp_path / "marker.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match="code from outside Elbowroom.*--trust"):
        build("model.posterior", "mymodule:Mine", {"latent": 2})
    assert "marker" not in sys.modules
    mine = build("model.posterior", {"kind": "mymodule:Mine", "size": 5}, {"latent": 2}, trust=True)
    assert (mine.latent, mine.size) == (2, 5)
    assert "marker" in sys.modules
    with pytest.raises(ConfigError, match="defines no 'Main'.*Did you mean 'Mine'"):
        build("model.posterior", "mymodule:Main", {"latent": 2}, trust=True)
    with pytest.raises(ConfigError, match="no Python file for the module 'nomodule'"):
        build("model.posterior", "nomodule:Mine", {"latent": 2}, trust=True)


def test_reading_an_own_class_is_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its source is read, not run, until it is built."""
    (tmp_path / "slowmodule.py").write_text("import time; time.sleep(5)\n" + OWN)
    monkeypatch.syspath_prepend(tmp_path)
    started = time.perf_counter()
    assert (
        catalogue().part("model.prior", "slowmodule:Mine", trust=True).options["size"].default == 3
    )
    assert time.perf_counter() - started < 1
