"""Which methods have the same floors and ceiling: those with the same data and the same network.

PCA and ICA depend on the data and the number of latent units, a random encoder on the network as
well; none depends on the objective, the training, the prior or the posterior.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elbowroom.config import Config

if TYPE_CHECKING:
    from elbowroom.study.design import Design

_MATTER_NOT = ("prior", "posterior")


@dataclass(frozen=True)
class ReferenceGroup:
    """Methods at strengths that have the same floors and ceiling.

    Attributes:
        key: "" for those with the data and the model that the whole study starts from; for others
            a digest of theirs.
        variants: Their names.
        config: What one of them is made from, but for the seed.
    """

    key: str
    variants: tuple[str, ...]
    config: Config

    def name(self, seed: int) -> str:
        """Return what its measurement with a seed is called: 'seed-0', or '3f2a91c0-seed-0'."""
        return f"{self.key}-seed-{seed}".lstrip("-")

    def task(self, seed: int) -> str:
        """Return the name of the task that measures it with a seed."""
        return f"references-{self.name(seed)}"


def reference_groups(design: "Design") -> tuple[ReferenceGroup, ...]:
    """Return the methods of a study at their strengths, those together that share floors.

    Example:
        >>> from elbowroom.study import Design
        >>> wide = {"objective": "elbo", "vary": "model.latent", "values": [2, 4]}
        >>> design = Design.from_dict({"methods": {"elbo": {}, "beta-vae": {}, "wide": wide}})
        >>> [group.variants for group in reference_groups(design)]
        [('elbo', 'beta-vae'), ('wide-2',), ('wide-4',)]
    """
    shared = _decisive(design.base)
    configs: dict[str, Config] = {}
    variants: dict[str, list[str]] = {}
    for point in design.points:
        if point.seed != 0:
            continue
        own = _decisive(point.config)
        key = "" if own == shared else _digest(own)
        configs.setdefault(key, point.config if key else design.base)
        variants.setdefault(key, []).append(point.variant)
    return tuple(
        ReferenceGroup(key, tuple(variants[key]), config) for key, config in configs.items()
    )


def reference_tasks(design: "Design") -> dict[str, tuple[ReferenceGroup, int]]:
    """Return which group is measured with which seed, by the name of the task."""
    measure, seeds = design.measure, design.seeds
    many = seeds if measure.references is None else min(measure.references, seeds)
    groups = reference_groups(design) if measure.metrics else ()
    return {group.task(seed): (group, seed) for seed in range(many) for group in groups}


def _decisive(config: Config) -> dict[str, Any]:
    """Return the settings that floors and ceiling depend on."""
    tables = config.plain()
    model = {name: value for name, value in tables["model"].items() if name not in _MATTER_NOT}
    return {"data": tables["data"], "model": model}


def _digest(settings: dict[str, Any]) -> str:
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
