"""From a configuration to data and a model; what was 'auto' is chosen and written down."""

from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from elbowroom.config import Config
from elbowroom.data import (
    Dataset,
    Domain,
    Labelling,
    Preprocessing,
    Splits,
    embedded_names,
    labels_from,
    learn_labels,
    load,
    split,
)
from elbowroom.data.chain import default_steps
from elbowroom.distributions import Likelihood, Posterior, Support
from elbowroom.errors import DataError, IncompatibleError
from elbowroom.models import Blueprint, LatentModel, Neural, Prior, Structure
from elbowroom.parts import kind_of

_UNITS = 8
"""Latent units, where a row has more values than that; else one less than it has."""

_SMALL_IMAGE = 1024
"""Values up to which an image is small enough for fully connected layers."""

_LOOKED_AT = 4096
"""Rows that are tried against a likelihood that was named."""


def read_splits(config: Config, data: Any = None) -> Splits:
    """Load the data that a configuration names, and split them."""
    source = config.data.source if data is None else data
    loaded = (
        source if isinstance(source, Dataset) else load(source, **config.options("data", "load"))
    )
    return split(loaded, **config.options("data", "split"))


def data_facts(splits: Splits, config: Config, *, in_memory: bool = False) -> dict[str, Any]:
    """Return what the data of a run are, for its folder.

    The digests tell later whether the data are still the same. Data that are read from disk as
    needed are known by their splits alone: reading them all would take long.
    """
    train = splits.train
    whole = replace(train, indices=None)
    return {
        "name": train.name,
        "kind": train.kind,
        "shape": list(train.shape),
        "levels": train.levels,
        "columns": list(train.columns) if train.columns else None,
        "label_names": list(train.label_names) if train.label_names else None,
        "examples": len(whole),
        "splits": {name: len(part) for name, part in splits.parts().items()},
        "split_seed": config.data.split_seed,
        "digest": whole.digest() if whole.resident or whole.rows.definition else None,
        "splits_digest": splits.digest(),
        "in_memory": in_memory,
        "labelling": labelling.to_dict() if (labelling := labels_of(config, splits)) else None,
    }


def check_same_data(facts: dict[str, Any], splits: Splits, config: Config) -> None:
    """Refuse data that are not those that a run was made from.

    Raises:
        DataError: With the number of examples then and now.
    """
    now = data_facts(splits, config)
    if any(now[key] != facts[key] for key in ("digest", "splits_digest")):
        raise DataError(
            f"the data at '{config.data.source}' are not those that the run was made from: "
            f"{facts['examples']:,} examples then, {now['examples']:,} now, and their contents "
            "differ. Going on with them could test on training examples; give the original data"
        )
    then = facts.get("labelling")
    if then and labels_from(then) != labels_from(now["labelling"]):
        raise DataError(
            f"the examples at '{config.data.source}' are those that the run was made from, but "
            "their labels are not, and the model is conditional on these: give the original labels"
        )


def prepare(config: Config, train: Dataset) -> tuple[Config, Preprocessing]:
    """Build the preprocessing and fit it on the training data."""
    if config.data.preprocessing is None:
        usual = [] if _as_they_are(config, train) else default_steps(train.domain, train.kind)
        steps = [{"kind": kind_of(type(step).__name__)} for step in usual]
        config = with_choice(config, "data", "preprocessing", steps)
    steps = config.build("data.preprocessing", {})
    return config, Preprocessing(steps, train).fit(train)


def choose(config: Config, domain: Domain, kind: str) -> Config:
    """Fill in the likelihood and the network for the data that the model will see."""
    if config.model.likelihood is None:
        config = with_choice(config, "model", "likelihood", _likelihood_for(domain, kind))
    _refuse_codes_as_numbers(config, domain)
    if config.model.latent is None:
        config = with_choice(config, "model", "latent", min(_UNITS, max(prod(domain.shape) - 1, 1)))
    if config.model.network is None:
        large = kind == "image" and prod(domain.shape) > _SMALL_IMAGE
        config = with_choice(config, "model", "network", "conv" if large else "mlp")
    return config


def labels_of(config: Config, splits: Splits) -> Labelling | None:
    """Return what the labels are to a conditional model, learned from the training examples.

    Raises:
        DataError: If labels are missing, or cannot be used.
    """
    if config.model.condition == "none":
        return None
    labelling = learn_labels(splits.train)
    for part in splits.parts().values():
        labelling.read(part)
    return labelling


def build_model(config: Config, domain: Domain, labelling: Labelling | None = None) -> LatentModel:
    """Build the model of a configuration for examples of a domain and their labels, if any."""
    context = _context(domain)

    def posterior(latent: int) -> Posterior:
        return config.build("model.posterior", {**context, "latent": latent})

    def prior(latent: int, encoder: Neural) -> Prior:
        return config.build("model.prior", {**context, "latent": latent, "encoder": encoder})

    likelihood = likelihood_of(config, domain)
    structure: Structure = config.build("model.structure", context)
    return structure.build(
        Blueprint(
            likelihood=likelihood,
            latent=config.model.latent,
            network=config.build("model.network", context),
            posterior=posterior,
            prior=prior,
            condition=labelling.size if labelling else 0,
        )
    )


def likelihood_of(config: Config, domain: Domain) -> Likelihood:
    """Build the likelihood of a configuration for examples of a domain."""
    return config.build("model.likelihood", _context(domain))


def _context(domain: Domain) -> dict[str, Any]:
    """Return what parts may ask of the data that the model sees."""
    return {"event_shape": domain.shape, "levels": domain.levels, "columns": domain.columns}


def evenly(dataset: Dataset, count: int) -> Tensor:
    """Return up to `count` raw rows, evenly spaced over the data."""
    return dataset.take(even_places(dataset, count))


def even_places(dataset: Dataset, count: int) -> Tensor:
    """Return which rows these are."""
    count = min(count, len(dataset))
    return torch.arange(count) * len(dataset) // count


def with_choice(config: Config, table: str, key: str, value: Any) -> Config:
    """Return the configuration with one slot filled in."""
    tree = config.plain()
    tree[table] = {**tree[table], key: value}
    return Config.from_dict(tree, trust=config.trust, parts=config.parts)


def in_full(config: Config, data: Any) -> Config:
    """Write relative paths in full, so that the run can be made again from elsewhere."""
    if start := config.training.start_from:
        config = with_choice(config, "training", "start_from", str(Path(start).resolve()))
    source = config.data.source
    # The name of an embedded set means that set, also beside a folder of the same name.
    if data is not None or source in embedded_names() or not Path(source).exists():
        return config
    return with_choice(config, "data", "source", str(Path(source).resolve()))


def _as_they_are(config: Config, train: Dataset) -> bool:
    """Whether a likelihood was named for values such as the raw ones: counts, positive numbers."""
    if config.model.likelihood is None:
        return False
    likelihood = likelihood_of(config, train.domain)
    return (
        likelihood.support != Support()
        and not likelihood.support.outside(evenly(train, _LOOKED_AT).float()).any()
    )


def _refuse_codes_as_numbers(config: Config, domain: Domain) -> None:
    """Refuse a likelihood for values that are all alike where columns differ in kind."""
    kind = config.model.likelihood.kind
    part = config.parts.part("model.likelihood", kind, trust=config.trust)
    if domain.columns is not None and "columns" not in {known.name for known in part.context}:
        raise IncompatibleError(
            f"the {kind} likelihood describes all values alike, and these are {domain}: it would "
            "take codes of categories as numbers. Use the columns likelihood, which has one for "
            f"each kind (--model.likelihood columns --model.likelihood.real {kind})"
        )


def _likelihood_for(domain: Domain, kind: str) -> Any:
    if domain.columns is not None:
        return "columns"
    if domain.levels is not None:
        return "bernoulli" if domain.levels == 2 else "binomial"
    scale = "per-dimension" if kind == "table" else "shared"
    return {"kind": "gaussian", "scale": scale}
