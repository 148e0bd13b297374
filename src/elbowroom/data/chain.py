"""Preprocessing: the chain of steps that belongs to a run, checked when it is built."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

import torch
from torch import Tensor, nn

from elbowroom.data.columns import Column
from elbowroom.data.dataset import Dataset
from elbowroom.data.domain import Domain
from elbowroom.data.preprocessing import Log, Scale, Standardise
from elbowroom.data.transform import Transform, per_example
from elbowroom.errors import ConfigError, IncompatibleError


class Preprocessing(nn.Module):
    """Steps from raw units to the model and back.

    Built from steps and the data they are for, it refuses a chain that makes no sense. Without
    data it waits for `load_state_dict`, since a state dict records the domain too.

    Args:
        steps: Steps in order; none is fine.
        data: The data, or their domain.

    Raises:
        IncompatibleError: A step means nothing for what reaches it; the message says why.

    Example:
        >>> from elbowroom.data import load
        >>> digits = load("digits")
        >>> prepare = Preprocessing([Scale()], digits).fit(digits)
        >>> prepare
        Preprocessing(17 levels from 0 to 16 -> Scale() -> 17 levels from 0 to 1)
        >>> raw = digits.take(torch.tensor([0]))
        >>> bool(torch.equal(prepare.inverse(prepare(raw)).to(torch.uint8), raw))
        True
    """

    shape: Tensor
    values: Tensor

    def __init__(
        self, steps: Iterable[Transform] = (), data: Dataset | Domain | None = None
    ) -> None:
        super().__init__()
        self.steps = nn.ModuleList(steps)
        self.register_buffer("shape", torch.zeros(0, dtype=torch.int64))
        self.register_buffer("values", torch.zeros(3))
        self.fitted = False
        self._domain: Domain | None = None
        self._out: Domain | None = None
        if data is not None:
            self.bind(data.domain if isinstance(data, Dataset) else data)

    @classmethod
    def default_for(cls, dataset: Dataset) -> "Preprocessing":
        """Return what usually suits: Scale for levels, Standardise for most other data.

        Real images that lie in [0, 1] stay as they are, and so do counts and categories of a
        table of mixed type. Fit it on the training split.
        """
        return cls(default_steps(dataset.domain, dataset.kind), dataset)

    def bind(self, domain: Domain) -> "Preprocessing":
        """Fix the raw domain, step by step.

        Raises:
            IncompatibleError: A step means nothing for what reaches it.
        """
        reached = domain
        for number, step in enumerate(self.transforms, 1):
            try:
                reached = step.bind(reached)
            except IncompatibleError as error:
                raise IncompatibleError(f"Preprocessing step {number}: {error}") from None
        self._domain, self._out = domain, reached
        self.fitted = not any(step.learns for step in self.transforms)
        self.shape = torch.tensor(domain.shape, dtype=torch.int64, device=self.shape.device)
        self.values = self.values.new_tensor([domain.levels or 0, domain.low, domain.high])
        return self

    @property
    def transforms(self) -> tuple[Transform, ...]:
        """The steps, in order."""
        return tuple(cast(Transform, step) for step in self.steps)

    @property
    def domain(self) -> Domain:
        """What comes in: the raw data."""
        return _bound(self._domain)

    @property
    def out(self) -> Domain:
        """What goes out: what the likelihood has to describe."""
        return _bound(self._out)

    @property
    def random(self) -> bool:
        """Whether the result differs at every visit."""
        return any(step.random for step in self.transforms)

    @property
    def redefines(self) -> tuple[str, ...]:
        """The steps that make another data set of it, so that evidence is not that of raw data."""
        return tuple(repr(step) for step in self.transforms if step.redefines)

    @torch.no_grad()
    def fit(self, dataset: Dataset) -> "Preprocessing":
        """Let each step learn from the training split, as it arrives through the steps before.

        Random steps draw from a generator of their own, so fitting neither depends on the
        caller's random state nor changes it.
        """
        for number, step in enumerate(self.transforms):
            if step.learns:
                with torch.random.fork_rng(devices=[]):
                    torch.manual_seed(0)
                    step.fit(self._arriving(dataset, number))
        self.fitted = True
        return self

    def forward(self, raw: Tensor) -> Tensor:
        """Map raw examples (B, *shape) of any number type to the model's float32."""
        self._require_fitted()
        x = raw.to(torch.float32)
        for step in self.transforms:
            x = step(x)
        return x

    def inverse(self, y: Tensor) -> Tensor:
        """Map the model's means (..., *shape) back to raw units, float32."""
        self._require_fitted()
        for step in reversed(self.transforms):
            y = step.inverse(y)
        return y

    def with_log_jacobian(self, raw: Tensor, measure: str | None = None) -> tuple[Tensor, Tensor]:
        """Map raw examples, and return what to add to log p of the result to score raw units.

        Args:
            raw: Raw examples (B, *shape).
            measure: How the likelihood scores the result; None for the measure of `out`. A density
                ('lebesgue') on values that are still levels is one in steps of a raw unit.

        Returns:
            The result (B, *shape) and the log-Jacobian (B,) in nats, of the same random draws.

        Raises:
            IncompatibleError: A probability mass for what steps have made real numbers.
        """
        self._require_fitted()
        x = raw.to(torch.float32)
        total, domain = x.new_zeros(x.shape[0]), self.domain
        for step in self.transforms:
            y = step(x)
            domain = step.out(domain)
            if domain.measure == "counting":
                total = torch.zeros_like(total)
            else:
                total = total + step.log_jacobian(x, y)
            x = y
        measure = measure or domain.measure
        # Whole numbers without an end are known by the likelihood alone: 'real' until a step acts.
        if measure == "counting" and domain.measure == "lebesgue" and self.transforms:
            raise IncompatibleError(
                f"A probability mass cannot score {domain}. Use a density, or leave out the steps "
                f"that made them real: {self!r}."
            )
        if measure == "lebesgue" and domain.measure == "counting":
            total = total + per_example(x.new_tensor(domain.spacing).log(), x)
        return x, total

    def log_jacobian(self, raw: Tensor, measure: str | None = None) -> Tensor:
        """Return the log-Jacobian alone, (B,); see `with_log_jacobian`.

        With Logit after Dequantise it depends on the draw: take both from one call then.
        """
        return self.with_log_jacobian(raw, measure)[1]

    def _arriving(self, dataset: Dataset, number: int) -> Iterator[Tensor]:
        for raw in dataset.chunks():
            x = raw.to(torch.float32)
            for step in self.transforms[:number]:
                x = step(x)
            yield x

    def _require_fitted(self) -> None:
        _bound(self._domain)
        if not self.fitted:
            raise ConfigError(f"{self!r} is not fitted. Call .fit(training_split) first.")

    def _save_to_state_dict(
        self, destination: dict[str, Any], prefix: str, keep_vars: bool
    ) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        if self._domain is not None and self._domain.columns:
            # a state dict holds tensors only, so what codes stand for goes in as bytes of JSON
            plain = json.dumps([column.to_dict() for column in self._domain.columns])
            destination[f"{prefix}columns"] = torch.tensor(
                list(plain.encode()), dtype=torch.uint8, device=self.shape.device
            )

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *args: Any, **kwargs: Any
    ) -> None:
        # the domain sizes the buffers of the steps, which torch loads after this
        shape, values = state_dict.get(f"{prefix}shape"), state_dict.get(f"{prefix}values")
        written = state_dict.pop(f"{prefix}columns", None)
        plain = None if written is None else json.loads(bytes(written.tolist()))
        if shape is not None and values is not None:
            levels, low, high = values.tolist()
            columns = plain and tuple(map(Column.from_dict, plain))
            self.bind(Domain(tuple(shape.tolist()), int(levels) or None, low, high, columns))
            self.fitted = True
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)

    def __repr__(self) -> str:
        ends = [str(d) for d in (self._domain, self._out) if d is not None]
        steps = [repr(step) for step in self.transforms]
        return f"Preprocessing({' -> '.join(ends[:1] + steps + ends[1:])})"


def _bound(domain: Domain | None) -> Domain:
    if domain is None:
        raise ConfigError("This preprocessing has no data yet. Give them when it is built.")
    return domain


def default_steps(domain: Domain, kind: str) -> list[Transform]:
    """Return the steps that usually suit data of this domain and kind.

    Example:
        >>> default_steps(Domain((13,)), "table")
        [Standardise(per='dimension')]
    """
    if domain.measure == "counting":
        return [Scale()]
    if domain.columns:
        kinds = {column.kind for column in domain.columns}
        logs: list[Transform] = [Log()] if "positive" in kinds else []
        return logs + ([Standardise()] if kinds & {"real", "positive"} else [])
    return [] if kind == "image" and domain.in_unit_interval else [Standardise()]
