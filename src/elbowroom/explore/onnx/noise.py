"""Random numbers that a graph is given, in place of a generator's.

A graph that runs in a browser has to draw codes and values as torch's distributions do, with noise
that the page chooses. So every call for random numbers is answered from an input of standard normal
numbers e, one for each number that is asked for:

    normal       e
    uniform      u = Phi(e)
    Bernoulli    u < p
    a choice     the number of choices whose cumulative probability is at most u

Gamma variates, and counts without a largest one, are drawn by rejection: by a number of tries that
nobody knows beforehand, which no graph can hold.
"""

from collections.abc import Callable, Sequence
from math import lgamma, sqrt
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from elbowroom.errors import IncompatibleError

_HIGHEST = 1 - 2.0**-24
"""The largest float32 below 1."""
_SURE = 1e-7
"""Probabilities of success are kept this far from 0 and 1, where their log-odds are finite."""


class NotDrawableError(IncompatibleError):
    """A draw by rejection, which a graph cannot make."""


class NoiseGiven(TorchFunctionMode):
    """Answers calls for random numbers from columns of given noise.

    What depends on the sizes at hand is noted in a first pass, so that a second one can do without
    knowing them: there the number of rows may be a symbol.

    Args:
        noise: Standard normal numbers, (rows, columns), of which each call takes as many columns
            as it needs numbers in a row.
        notes: What an earlier pass noted.

    Attributes:
        notes: What was noted.
        columns: Columns taken.

    Example:
        >>> with NoiseGiven(torch.zeros(3, 8)) as given:
        ...     x = torch.normal(torch.ones(3, 2), 1.0)
        >>> x.tolist(), given.columns
        ([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], 2)
    """

    def __init__(self, noise: Tensor, notes: Sequence[int] | None = None) -> None:
        super().__init__()
        self.noise = noise
        self.known = None if notes is None else iter(notes)
        self.notes: list[int] = []
        self.columns = 0

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Answer calls for random numbers, and pass all others on."""
        kwargs = kwargs or {}
        answer = _ANSWERS.get(func)
        if answer is None or kwargs.get("generator") is not None:
            return func(*args, **kwargs)
        return answer(self, *args, **kwargs)

    def noted(self, find: Callable[[], int]) -> int:
        """Return a number: found in the first pass, and as it was then in the second."""
        self.notes.append(find() if self.known is None else next(self.known))
        return self.notes[-1]

    def normal(self, shape: Sequence[int]) -> Tensor:
        """Return standard normal numbers."""
        width = self.noted(lambda: torch.Size(shape).numel() // self.noise.shape[0])
        start, self.columns = self.columns, self.columns + width
        return self.noise[:, start : self.columns].reshape(tuple(shape))

    def uniform(self, shape: Sequence[int]) -> Tensor:
        """Return uniform numbers from 0 up to but not including 1."""
        return (0.5 + 0.5 * torch.erf(self.normal(shape) / sqrt(2))).clamp(max=_HIGHEST)


def _size(size: tuple[Any, ...]) -> Sequence[int]:
    return size[0] if isinstance(size[0], Sequence) else size


def _around(given: NoiseGiven, mean: Any, std: Any = 1.0, **_: Any) -> Tensor:
    shape = torch.broadcast_shapes(*(v.shape for v in (mean, std) if isinstance(v, Tensor)))
    return mean + std * given.normal(shape)


def _between(given: NoiseGiven, x: Tensor, low: float = 0.0, high: float = 1.0) -> Tensor:
    return low + (high - low) * given.uniform(x.shape)


def _bernoulli(given: NoiseGiven, p: Tensor) -> Tensor:
    return (given.uniform(p.shape) < p).to(p.dtype)


def _chosen(given: NoiseGiven, p: Tensor, count: int, replacement: bool = False) -> Tensor:
    """Return numbers of choices with probabilities p (rows, choices), (rows, count)."""
    return _reached(p, given.uniform((p.shape[0], count))[..., None])


def _binomial(given: NoiseGiven, trials: Tensor, p: Tensor) -> Tensor:
    """Return numbers of successes: choices among 0 .. n, n the same for all."""
    n = given.noted(lambda: int(trials.max()))
    ways = torch.tensor([lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in range(n + 1)])
    odds = p.clamp(_SURE, 1 - _SURE).logit()[..., None]
    mass = (ways + torch.arange(n + 1) * odds).softmax(-1)
    return _reached(mass, given.uniform(p.shape)[..., None]).to(p.dtype)


def _reached(p: Tensor, u: Tensor) -> Tensor:
    """Count the choices whose cumulative probability is at most u; rounding is the last one's."""
    cumulative = p.cumsum(-1)[..., None, :-1] if u.dim() > p.dim() else p.cumsum(-1)[..., :-1]
    return (cumulative <= u).sum(-1)


def _rejected(what: str) -> Callable[..., Tensor]:
    def refuse(given: NoiseGiven, *_: Any, **__: Any) -> Tensor:
        raise NotDrawableError(
            f"{what} are drawn by rejection, in as many tries as it takes, and a graph has no way "
            "to try again"
        )

    return refuse


_ANSWERS: dict[Any, Callable[..., Tensor]] = {
    torch.randn: lambda given, *size, **_: given.normal(_size(size)),
    torch.randn_like: lambda given, x, **_: given.normal(x.shape),
    torch.rand: lambda given, *size, **_: given.uniform(_size(size)),
    torch.rand_like: lambda given, x, **_: given.uniform(x.shape),
    torch.normal: _around,
    torch.Tensor.normal_: lambda given, x, mean=0.0, std=1.0: mean + std * given.normal(x.shape),
    torch.Tensor.uniform_: _between,
    torch.bernoulli: _bernoulli,
    torch.multinomial: _chosen,
    torch.binomial: _binomial,
    torch.poisson: _rejected("counts that have no largest one"),
    torch._standard_gamma: _rejected("gamma variates"),
}


class NoiseKept(TorchFunctionMode):
    """Keeps the random numbers of a first pass and gives the same ones again.

    For noise that is the same every time and for every example: the common noise by which a flow's
    mean is taken, and that of random steps of preprocessing.

    Args:
        kept: Random numbers of an earlier pass; drawn and kept when not given.

    Attributes:
        kept: The random numbers, call by call.
    """

    def __init__(self, kept: Sequence[Tensor] | None = None) -> None:
        super().__init__()
        self.again = None if kept is None else iter(kept)
        self.kept: list[Tensor] = []

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Keep random numbers, or give those kept; pass all other calls on."""
        if func not in _ANSWERS:
            return func(*args, **(kwargs or {}))
        found = func(*args, **(kwargs or {})) if self.again is None else next(self.again)
        self.kept.append(found)
        # Numbers like those of one example serve as well for each of many.
        return found.expand(args[0].shape) if isinstance(args[0], Tensor) else found
