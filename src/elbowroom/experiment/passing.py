"""One pass over the examples of a split: every number that is a mean over them, in bounded memory.

The examples come in blocks of a few hundred. What is kept of a block are numbers for each of its
examples, and of some examples, evenly spaced, what the model saw of them.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

import torch
from rich.progress import track
from torch import Tensor

from elbowroom.data import Dataset, in_order
from elbowroom.distributions import Ability
from elbowroom.evidence import Estimate, lower_bound
from elbowroom.experiment.effort import Effort
from elbowroom.metrics import PCABaseline, Ruler, posterior_means, rate_per_unit_if_any
from elbowroom.models import LatentModel
from elbowroom.run import Run
from elbowroom.using.labelled import model_of

_ELBO_SAMPLES = 16
_DECODED = 1024
_KEPT, _KEPT_VALUES = 10_000, 2**26
"""Examples, and values of them, that are kept as the model saw them: 256 MB at most."""


@dataclass(frozen=True, eq=False)
class Passed:
    """What was found on the way through N examples.

    Attributes:
        estimates: Log evidence, ELBO, distortion and rate (and that of each level, where there
            are several), in nats per example; empty for a model without a posterior density.
        rates: Rate of each latent unit in nats, or None where it has no meaning.
        means: Posterior means, (N, units of all levels).
        errors: Root mean squared error of each reconstruction from its posterior mean, (N,), by
            the ruler of the data.
        pca_errors: The same for principal components.
        components: Number of these.
        squared: Mean squared error of each value of an example, of both, (2, *shape).
        ruler: What these were measured with.
        ids: Place of each example in the data, (N,).
        digest: SHA-256 of the examples' raw values.
        kept: What the model saw of up to 10,000 of the examples, (n, *shape).
        positions: Which of the N examples these are, (n,).
        jacobian: Log-Jacobian of the preprocessing for them, (n,).
    """

    estimates: dict[str, Estimate]
    rates: Tensor | None
    means: Tensor
    errors: Tensor
    pca_errors: Tensor
    components: int
    squared: Tensor
    ruler: Ruler
    ids: Tensor
    digest: str
    kept: Tensor
    positions: Tensor
    jacobian: Tensor

    def evidence_of(self, which: Tensor) -> Estimate:
        """Return log p(x) of some of the kept examples, as the model sees them.

        Args:
            which: Places among the kept ones.
        """
        whole = self.estimates["log evidence"]
        columns = {name: c[self.positions[which]] for name, c in whole.per_example.items()}
        return Estimate.over(
            columns.pop("value") - self.jacobian[which].double(),
            errors=columns.pop("error"),
            biases=columns.pop("bias"),
            method=whole.method,
            samples=whole.samples,
            seed=whole.seed,
            dimensions=whole.dimensions,
            routes=whole.routes,
            more=columns,
        )


def pass_over(
    run: Run, dataset: Dataset, effort: Effort, pca: PCABaseline, *, seed: int, quiet: bool
) -> Passed:
    """Go once through a data set.

    Args:
        run: The run.
        dataset: The examples.
        effort: How hard to look for log p(x).
        pca: Principal components to compare reconstructions with.
        seed: Seed of all draws; each block has one of its own made from it.
        quiet: Show no progress.
    """
    size = effort.block(len(dataset))
    most = min(len(dataset), _KEPT, max(_KEPT_VALUES // prod(dataset.shape), 16))
    positions = torch.linspace(0, len(dataset) - 1, most).long()
    sha = hashlib.sha256(dataset.meaning.encode())
    blocks = []
    for number, (places, raw) in enumerate(_watched(dataset, size, quiet)):
        sha.update(raw.cpu().numpy().tobytes())
        chosen = positions[(positions >= places[0]) & (positions <= places[-1])] - places[0]
        model = model_of(run, dataset, places)
        blocks.append(_measure(run, model, raw, effort, pca, chosen, seed + 1_000_003 * number))
    rates = [block.rates for block in blocks if block.rates is not None]
    return Passed(
        estimates=_together(blocks, effort),
        rates=torch.stack(rates).sum(0) / len(dataset) if rates else None,
        means=torch.cat([block.means for block in blocks]),
        errors=torch.cat([block.errors for block in blocks]),
        pca_errors=torch.cat([block.pca_errors for block in blocks]),
        components=pca.components,
        squared=torch.stack([block.squared for block in blocks]).sum(0) / len(dataset),
        ruler=pca.ruler,
        ids=torch.from_numpy(dataset.root_positions),
        digest=sha.hexdigest(),
        kept=torch.cat([block.kept for block in blocks]),
        positions=positions,
        jacobian=torch.cat([block.jacobian for block in blocks]),
    )


@dataclass(frozen=True, eq=False)
class _Block:
    """As `Passed`, of one block; rates and squared errors are sums over its examples."""

    estimates: dict[str, Estimate]
    rates: Tensor | None
    means: Tensor
    errors: Tensor
    pca_errors: Tensor
    squared: Tensor
    kept: Tensor
    jacobian: Tensor


def _watched(dataset: Dataset, size: int, quiet: bool) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield positions and raw values block by block, with a bar on the standard error."""
    from rich.console import Console

    console = Console(stderr=True)
    return iter(
        track(
            in_order(dataset, size),
            f"evaluating {len(dataset):,} examples",
            total=-(-len(dataset) // size),
            transient=True,
            console=console,
            disable=quiet or not console.is_terminal,
        )
    )


def _measure(
    run: Run, model: LatentModel, raw: Tensor, effort: Effort, pca: PCABaseline, chosen: Tensor,
    seed: int,
) -> _Block:  # fmt: skip
    measure = model.likelihood.measure
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        x, jacobian = run.preprocessing.with_log_jacobian(raw.to(run.device), measure)
        means = posterior_means(model, x)
        made = torch.cat([
            run.preprocessing.inverse(
                model.likelihood.representative(
                    here.generate(given=here.apart(part.to(run.device))).px
                )
            ).cpu()
            for here, part in model.divided(means, _DECODED)
        ])  # fmt: skip
    rates = rate_per_unit_if_any(model, x)
    summed = None if rates is None else rates * len(x)
    originals = run.preprocessing.inverse(x).cpu()
    both = [pca.ruler.squared(originals, one) for one in (made, pca.reconstruct(originals))]
    errors = [one.flatten(1).mean(1).sqrt() for one in both]
    squared = torch.stack([one.sum(0) for one in both])
    return _Block(
        _estimates(model, x, jacobian, effort, seed), summed, means, *errors, squared,
        x[chosen].cpu(), jacobian[chosen].cpu(),
    )  # fmt: skip


def _estimates(
    model: LatentModel, x: Tensor, jacobian: Tensor, effort: Effort, seed: int
) -> dict[str, Estimate]:
    if Ability.DENSITY not in model.abilities:
        return {}
    evidence = effort.estimate(model, x, seed)
    bound = lower_bound(model, x, samples=_ELBO_SAMPLES, seed=seed)
    if not model.likelihood.measure.has_bits_per_dimension:
        evidence = replace(evidence, dimensions=None)
        bound["elbo"] = replace(bound["elbo"], dimensions=None)
    return {
        "log evidence": evidence.shifted(jacobian),
        "ELBO": bound["elbo"].shifted(jacobian),
        "distortion": bound["distortion"].shifted(-jacobian),
        **{name: estimate for name, estimate in bound.items() if name.startswith("rate")},
    }


def _together(blocks: list[_Block], effort: Effort) -> dict[str, Estimate]:
    found = {name: [b.estimates[name] for b in blocks] for name in blocks[0].estimates}
    return {
        name: effort.joined(parts) if name == "log evidence" else Estimate.joined(parts)
        for name, parts in found.items()
    }
