"""The design of a study: what is trained and what is measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from elbowroom.config import Config
from elbowroom.config.config import TABLES, read_toml
from elbowroom.errors import ConfigError, did_you_mean
from elbowroom.files import write_whole
from elbowroom.study.measure import Measure
from elbowroom.study.method import Method
from elbowroom.study.point import Point

FILE = "study.toml"
_KEYS = ("seeds", "measure", "methods", *TABLES)
_HEADING = """\
# Everything that this study is made from. To make it again:
# elbowroom study study.toml --out ANOTHER-FOLDER

"""


@dataclass(frozen=True)
class Design:
    """What a study trains and measures.

    Attributes:
        base: Settings that all runs share.
        methods: What is compared.
        seeds: Number of seeds: 0, 1, ...
        measure: What is measured of each run.

    Example:
        >>> design = Design.from_dict({
        ...     "seeds": 2,
        ...     "model": {"latent": 4},
        ...     "methods": {"elbo": {}, "beta-vae": {"vary": "objective.beta", "values": [2, 4]}},
        ... })
        >>> [point.name for point in design.points][:4]
        ['elbo-seed-0', 'beta-vae-2-seed-0', 'beta-vae-4-seed-0', 'elbo-seed-1']
    """

    base: Config
    methods: tuple[Method, ...]
    seeds: int = 3
    measure: Measure = field(default_factory=Measure)

    def __post_init__(self) -> None:
        if isinstance(self.seeds, bool) or not isinstance(self.seeds, int) or self.seeds < 1:
            raise ConfigError(
                f"seeds is {self.seeds!r}; it is the number of times that each method is trained, "
                "1 or more (3 or more to have an error)"
            )
        if not self.methods:
            raise ConfigError(
                "a study needs methods: --methods elbo,beta-vae, or tables [methods.NAME] in "
                "study.toml"
            )
        owners: dict[str, str] = {}
        for method in self.methods:
            for name in method.variants:
                if name in owners:
                    raise ConfigError(
                        f"methods {owners[name]} and {method.name} both have runs called '{name}': "
                        "give one of them another name"
                    )
                owners[name] = method.name

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any], *, trust: bool = False) -> "Design":
        """Read the content of a study.toml.

        Args:
            tree: `seeds`, the tables of a configuration, [methods.NAME] and [measure].
            trust: Whether settings may name a person's own classes, which runs their code.

        Raises:
            ConfigError: If a key, kind or value is not known or not allowed.
        """
        for key in tree:
            if key not in (*_KEYS, "version"):
                raise ConfigError(
                    f"a study has no table '{key}'; it has: {', '.join(_KEYS)}."
                    + did_you_mean(key, _KEYS)
                )
        for name in ("methods", "measure"):
            if not isinstance(tree.get(name, {}), Mapping):
                raise ConfigError(f"{name} is {tree[name]!r}; it must be a table, [{name}]")
        base = {name: tree[name] for name in (*TABLES, "version") if name in tree}
        if isinstance(base.get("training"), Mapping) and "seed" in base["training"]:
            raise ConfigError(
                "training.seed cannot be set in a study, which trains every method with several: "
                "set seeds, their number"
            )
        read = Config.from_dict(base, trust=trust)
        methods = (Method.from_dict(*named) for named in tree.get("methods", {}).items())
        more = {"seeds": tree["seeds"]} if "seeds" in tree else {}
        return cls(
            read,
            tuple(method.read_with(read) for method in methods),
            measure=Measure.from_dict(tree.get("measure", {})),
            **more,
        )

    @classmethod
    def from_toml(cls, path: str | Path, *, trust: bool = False) -> "Design":
        """Read a study.toml.

        Raises:
            ConfigError: If there is no such file, or it describes no study.
        """
        return cls.from_dict(read_toml(path), trust=trust)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Every run, all methods with the first seed before any with the second.

        A study that is stopped half-way has then seen every method.
        """
        return tuple(
            Point(method.name, strength, seed, method.config(self.base, strength, seed))
            for seed in range(self.seeds)
            for method in self.methods
            for strength in method.variants.values()
        )

    @property
    def variants(self) -> dict[str, tuple[Point, ...]]:
        """The points of each method and strength, by the name of these."""
        names = dict.fromkeys(point.variant for point in self.points)
        return {name: tuple(p for p in self.points if p.variant == name) for name in names}

    def to_dict(self) -> dict[str, Any]:
        """Return it as TOML can hold it, every default of the settings written down."""
        base = self.base.to_dict()
        training = {name: v for name, v in base.pop("training").items() if name != "seed"}
        return {
            "version": base.pop("version"),
            "seeds": self.seeds,
            "measure": self.measure.to_dict(),
            "methods": {method.name: method.to_dict() for method in self.methods},
            **base,
            "training": training,
        }

    def to_toml(self) -> str:
        """Return the text of study.toml."""
        import tomli_w

        return _HEADING + tomli_w.dumps(self.to_dict())

    def write(self, path: Path) -> None:
        """Write study.toml, whole or not at all."""
        write_whole(path, self.to_toml())
