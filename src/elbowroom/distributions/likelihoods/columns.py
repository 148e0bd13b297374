"""The likelihood of a table of mixed type: each column has its own."""

from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.distributions import Distribution

from elbowroom.data.columns import KINDS, Column, KindName
from elbowroom.distributions.column_view import ColumnView
from elbowroom.distributions.facing import Facing
from elbowroom.distributions.likelihoods.likelihood import Likelihood, Measure
from elbowroom.distributions.side_by_side import Block, SideBySide
from elbowroom.distributions.support import Support, check_finite, check_shape
from elbowroom.errors import ConfigError, IncompatibleError, SupportError
from elbowroom.networks import Architecture
from elbowroom.parts import build, catalogue

_SLOT = "model.likelihood"


@dataclass(frozen=True)
class Group:
    """Columns that are described together, by one likelihood.

    Args:
        kind: What they hold.
        places: Which columns they are.
        low: What their likelihood calls the code 0.
        step: What it adds for each further code.
    """

    kind: KindName
    places: tuple[int, ...]
    low: float = 0.0
    step: float = 1.0


class Columns(Likelihood):
    """A product over the columns of a table: log p(x|z) = sum_c log p_c(x_c|z).

    What a column holds decides its likelihood. Given the code the columns are independent, so
    every dependence between them goes through z. Columns alike (and of as many values) share a
    likelihood, with a scale or dispersion for each.

    Where some columns have a mass and others a density, log p(x) is the logarithm of a product of
    the two: in nats like any other, but on a scale that the units of the density's columns
    choose, and comparable only with a model of the same columns, each of the same kind.

    Args:
        event_shape: Shape of one example, (D,).
        columns: What the D columns hold.
        real: Likelihood of columns of real numbers: gaussian, laplace, student-t, ...
        positive: Likelihood of positive numbers that the step 'log' has not made real.
        counts: Likelihood of counts: negative-binomial, poisson, zero-inflated-negative-binomial.
        binary: Likelihood of columns with two values.
        ordinal: Likelihood of ordered categories.
        categorical: Likelihood of categories.

    Raises:
        ConfigError: If nothing is known of the columns, or there is no such likelihood.
        IncompatibleError: If a likelihood is a density where values are counted, or a mass where
            they are not.

    Example:
        >>> p = Columns((2,), (Column("age", "real"), Column("sex", "binary", ("F", "M"))))
        >>> p, p.measure.words
        (Columns(Gaussian: 1, Bernoulli: 1), 'product of masses and densities')
        >>> p(torch.zeros(2)).log_prob(torch.tensor([0.0, 1.0]))  # -log(2 pi)/2 - log 2
        tensor(-1.6121, grad_fn=<AddBackward0>)
    """

    def __init__(
        self,
        event_shape: tuple[int, ...],
        columns: tuple[Column, ...] | None,
        *,
        real: str = "gaussian",
        positive: str = "log-normal",
        counts: str = "negative-binomial",
        binary: str = "bernoulli",
        ordinal: str = "ordinal",
        categorical: str = "categorical",
    ) -> None:
        super().__init__(event_shape)
        if columns is None or (len(columns),) != self.event_shape:
            raise ConfigError(
                "the columns likelihood is for tables whose columns differ in kind, and all "
                "values of these data are alike: use another likelihood, or say what columns "
                "hold (--data.counts, --data.categorical, ...)"
            )
        self.columns = tuple(columns)
        chosen = {
            "real": real, "positive": positive, "counts": counts, "binary": binary,
            "ordinal": ordinal, "categorical": categorical,
        }  # fmt: skip
        self.families = nn.ModuleList()
        self.groups: tuple[Group, ...] = ()
        for (kind, levels), places in _alike(self.columns):
            family = _built(kind, chosen[kind], len(places), levels)
            self.families.append(family)
            self.groups += (_group(kind, places, levels, family.support),)
        measures = {family.measure for _, family in self.parts}
        self.measure = measures.pop() if len(measures) == 1 else Measure.MIXED
        taken = [place for group in self.groups for place in group.places]
        self.order: Tensor
        self.register_buffer("order", torch.tensor(taken).argsort(), persistent=False)
        for number, group in enumerate(self.groups):
            self.register_buffer(f"places{number}", torch.tensor(group.places), persistent=False)

    @classmethod
    def for_data(cls, event_shape: tuple[int, ...], levels: int | None) -> None:
        """Return nothing: which columns there are is not known here."""

    @property
    def parts(self) -> tuple[tuple[Group, Likelihood], ...]:
        """Each group of columns with its likelihood."""
        return tuple(zip(self.groups, cast(Any, self.families), strict=True))

    @property
    def name(self) -> str:
        """Name with the likelihoods of the columns."""
        counted = (f"{family.name}: {len(group.places)}" for group, family in self.parts)
        return f"Columns({', '.join(counted)})"

    @property
    def by_column(self) -> tuple[str, ...]:
        """Name of the likelihood of each column."""
        named = {place: f.name for group, f in self.parts for place in group.places}
        return tuple(named[place] for place in range(len(self.columns)))

    @property
    def param_shape(self) -> tuple[int, ...]:
        """All raw parameters in a row, group by group."""
        return (sum(prod(family.param_shape) for _, family in self.parts),)

    @property
    def support(self) -> Support:
        """Real numbers: what belongs in a column `check` knows."""
        return Support()

    def forward(self, raw: Tensor) -> SideBySide:
        """Return the distributions of the columns, side by side."""
        sizes = [prod(family.param_shape) for _, family in self.parts]
        blocks = [
            Block(
                family(part.reshape(*part.shape[:-1], *family.param_shape)),
                self.get_buffer(f"places{number}"),
                group.low,
                group.step,
            )
            for number, ((group, family), part) in enumerate(
                zip(self.parts, raw.split(sizes, -1), strict=True)
            )
        ]
        return SideBySide(blocks, self.order)

    def representative(self, p: Distribution) -> Tensor:
        """Return the most probable category and the mean of numbers."""
        p = cast(SideBySide, p)
        points = (
            block.values(
                block.p.mode if KINDS[group.kind].named else family.representative(block.p)
            )
            for block, (group, family) in zip(p.blocks, self.parts, strict=True)
        )
        return p.gathered(list(points))

    def chances(self, p: Distribution) -> Tensor | None:
        """Return the probability of each choice of each column of names, or None without such.

        Example:
            >>> family = Columns((2,), (Column("age", "real"), Column("sex", "binary", ("F", "M"))))
            >>> family.chances(family(torch.zeros(2)))
            tensor([0.5000, 0.5000])
        """
        found: dict[int, Tensor] = {}
        for block, group in zip(cast(SideBySide, p).blocks, self.groups, strict=True):
            if KINDS[group.kind].named:
                found |= zip(group.places, block.masses(self._levels(group)), strict=True)
        return torch.cat([found[place] for place in sorted(found)], -1) if found else None

    def _levels(self, group: Group) -> int:
        return self.columns[group.places[0]].levels or 0

    def start(self, mean: Tensor, variance: Tensor) -> Tensor:
        """Return the raw parameters with which each group starts."""
        raw = []
        for group, family in self.parts:
            places = list(group.places)
            middle, spread = mean[places], variance[places]
            raw.append(
                family.start(group.low + group.step * middle, spread * group.step**2).flatten()
            )
        return torch.cat(raw)

    def start_from(self, x: Tensor) -> Tensor:
        """Return the raw parameters with which each group starts from its columns."""
        raw = []
        for group, family in self.parts:
            values = group.low + group.step * x[:, list(group.places)]
            raw.append(family.start_from(values).flatten())
        return torch.cat(raw)

    def facing(self, network: Architecture) -> Architecture:
        """Return an architecture whose encoders see categories one-hot and counts by logarithm."""
        return Facing(network, ColumnView(self.columns), self.event_shape)

    def check(
        self, x: Tensor, names: tuple[str, ...] | None = None, *, numbers: Tensor | None = None
    ) -> None:
        """Refuse examples with a value that does not belong in its column; see `Likelihood`."""
        check_shape(x, self.event_shape)
        check_finite(x, numbers=numbers)
        for group, family in self.parts:
            for place in group.places:
                column, values = self.columns[place], x[:, place]
                bad = family.support.outside(group.low + group.step * values)
                if bad.any():
                    row = int(bad.nonzero()[0])
                    number = row if numbers is None else int(numbers[row])
                    raise SupportError(
                        f"column {column.name!r} holds {column}, and {family.name} describes it; "
                        f"{values[row]:g} in example {number} does not belong. Read the data as "
                        "in training, or choose another kind for this column."
                    )

    def __repr__(self) -> str:
        return self.name


def _alike(
    columns: tuple[Column, ...],
) -> list[tuple[tuple[KindName, int | None], tuple[int, ...]]]:
    """Return the columns that are of one kind and number of values, together."""

    def key(place: int) -> tuple[int, int]:
        return list(KINDS).index(columns[place].kind), columns[place].levels or 0

    runs = groupby(sorted(range(len(columns)), key=key), key)
    places = [tuple(run) for _, run in runs]
    return [((columns[p[0]].kind, columns[p[0]].levels), p) for p in places]


def _built(kind: KindName, likelihood: str, count: int, levels: int | None) -> Likelihood:
    """Build the likelihood of some columns of a kind, with a parameter of its own for each."""
    part = catalogue().part(_SLOT, likelihood)
    apart = {
        name: "per-dimension"
        for name, option in part.options.items()
        if "per-dimension" in option.type.choices()
    }
    family = build(_SLOT, {"kind": part.kind, **apart}, {"event_shape": (count,), "levels": levels})
    if (family.measure is Measure.COUNTING) != KINDS[kind].counting:
        raise IncompatibleError(
            f"{family.name} gives a {family.measure.words}, which does not suit columns of "
            f"{KINDS[kind].words}: choose a likelihood of a "
            f"{(Measure.COUNTING if KINDS[kind].counting else Measure.LEBESGUE).words}"
        )
    return family


def _group(kind: KindName, places: tuple[int, ...], levels: int | None, support: Support) -> Group:
    """Return the group, with what its likelihood calls the codes."""
    if levels is None or not support.levels:
        return Group(kind, places)
    return Group(kind, places, support.low, (support.high - support.low) / (support.levels - 1))
