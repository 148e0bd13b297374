"""How good a run is: log-evidence and the other numbers, each with its errors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from rich.console import Group
from rich.progress import track
from rich.table import Table
from torch import Tensor

from elbowroom.data import Dataset, in_order
from elbowroom.distributions import Ability
from elbowroom.evidence import Estimate, importance_sampling, lower_bound
from elbowroom.experiment.yardstick import Yardstick
from elbowroom.metrics import (
    PCABaseline,
    ReconstructionError,
    active_units,
    posterior_means,
    rate_per_unit,
)
from elbowroom.run import Run

_BLOCK = 2048
_ELBO_SAMPLES = 16
_PCA_ROWS = 50_000


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a run is worth on some examples.

    Attributes:
        run: Name of the run.
        split: Which examples.
        examples: How many.
        seed: Seed of all draws.
        yardstick: What the log-likelihoods are logarithms of.
        estimates: Log evidence, ELBO, distortion and rate, in nats per example; empty for a
            model without a posterior density.
        rates: Rate of each latent unit in nats; empty where it has no meaning.
        active: Whether each unit is active.
        reconstruction: Error of reconstructions from the posterior mean, in the data's units.
        pca: The same for as many principal components.
        notes: What a reader must know to use the numbers.
    """

    run: str
    split: str
    examples: int
    seed: int
    yardstick: Yardstick
    estimates: dict[str, Estimate]
    rates: tuple[float, ...]
    active: tuple[bool, ...]
    reconstruction: ReconstructionError
    pca: ReconstructionError
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, for JSON."""
        likelihoods = [{"name": n, **e.to_dict()} for n, e in self.estimates.items()]
        errors = [
            {"name": name, "value": e.value, "data_error": e.error, "units": "data units",
             "examples": e.examples, "seed": self.seed}
            for name, e in (("reconstruction RMSE", self.reconstruction),
                            ("PCA reconstruction RMSE", self.pca))
        ]  # fmt: skip
        return {
            "run": self.run,
            "split": self.split,
            "examples": self.examples,
            "seed": self.seed,
            "measure": self.yardstick.measure.words,
            "redefined": list(self.yardstick.redefined),
            "numbers": [*likelihoods, *errors],
            "active_units": sum(self.active),
            "latent_units": len(self.active),
            "units": [
                {
                    "unit": unit,
                    "active": active,
                    **({"rate": self.rates[unit]} if self.rates else {}),
                }
                for unit, active in enumerate(self.active)
            ],
            "notes": list(self.notes),
        }

    def table(self) -> Group:
        """Return the numbers as a table for the terminal."""
        title = f"{self.run}: {self.examples:,} {self.split} examples, seed {self.seed}"
        table = Table(title=title, title_justify="left")
        table.add_column("nats per example")
        for heading in ("value", "+- data", "+- Monte Carlo", "K"):
            table.add_column(heading, justify="right")
        for name, e in self.estimates.items():
            errors = (f"{e.data_error:.3f}", f"{e.mc_error:.3f}")
            table.add_row(name, f"[bold]{e.value:.3f}", *errors, f"{e.samples}")
        table.add_section()
        if "log evidence" in self.estimates:
            bits = self.estimates["log evidence"].bits_per_dimension or float("nan")
            table.add_row("bits per dimension", f"{bits:.4f}")
        table.add_row("active units", f"{sum(self.active)} of {len(self.active)}")
        errors = {"error of reconstructions": self.reconstruction,
                  f"  PCA with {len(self.active)} components": self.pca}  # fmt: skip
        for name, e in errors.items():
            table.add_row(name, f"{e.value:.4g}", f"{e.error:.2g}", "RMSE, data units")
        return Group(table, *(f"[dim]-[/] {note}" for note in self.notes))


def evaluate(
    run: Run,
    *,
    split: str = "test",
    samples: int = 1000,
    limit: int | None = None,
    seed: int = 0,
    quiet: bool = True,
) -> Evaluation:
    """Measure a run on a split and write the numbers to its folder.

    Args:
        run: The run.
        split: 'train', 'validation' or 'test'.
        samples: Importance samples K for each example, 2 or more.
        limit: Use the first so many examples only.
        seed: Seed of all draws, binarisation included.
        quiet: Show no progress.

    Returns:
        The numbers, also in `results/evaluate-SPLIT.json`.

    Raises:
        ConfigError: If samples is below 2, or there is no such split.
        RunError: If the data are not to be had.
    """
    dataset = run.dataset(split)
    if limit is not None:
        dataset = dataset.subset(torch.arange(min(limit, len(dataset))))
    blocks = [
        _measure(run, raw, block_seed, samples) for raw, block_seed in _blocks(dataset, seed, quiet)
    ]
    estimates = {
        name: Estimate.joined([block.estimates[name] for block in blocks])
        for name in blocks[0].estimates
    }
    means = torch.cat([block.means for block in blocks])
    originals, made = (torch.cat([getattr(b, n) for b in blocks]) for n in ("originals", "made"))
    evaluation = Evaluation(
        run=run.name,
        split=split,
        examples=len(dataset),
        seed=seed,
        yardstick=Yardstick.of(run, split, len(dataset), seed),
        estimates=estimates,
        rates=_rates(blocks, len(dataset)),
        active=tuple(active_units(means).tolist()),
        reconstruction=ReconstructionError.between(originals, made),
        pca=_pca(run, originals, means.shape[1]),
        notes=tuple(_notes(run, estimates)),
    )
    run.write_result(f"evaluate-{split}", evaluation.to_dict())
    return evaluation


@dataclass(frozen=True, eq=False)
class _Block:
    estimates: dict[str, Estimate]
    rates: Tensor | None
    means: Tensor
    originals: Tensor
    made: Tensor


def _blocks(data: Dataset, seed: int, quiet: bool) -> Iterator[tuple[Tensor, int]]:
    """Yield raw rows in blocks, and a seed for each block."""
    count = -(-len(data) // _BLOCK)
    blocks = enumerate(in_order(data, min(_BLOCK, len(data))))
    watched = track(blocks, "evaluating", total=count, transient=True, disable=quiet)
    for number, (_, raw) in watched:
        yield raw, seed + 1_000_003 * number


def _measure(run: Run, raw: Tensor, seed: int, samples: int) -> _Block:
    model, measure = run.model, run.model.likelihood.measure
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        x, jacobian = run.preprocessing.with_log_jacobian(raw.to(run.device), measure)
        means = posterior_means(model, x)
        made = torch.cat([
            run.preprocessing.inverse(model.generate(given=part.to(run.device)).px.mean).cpu()
            for part in means.split(1024)
        ])  # fmt: skip
    rates = None
    if Ability.FACTORS in model.abilities:
        rates = rate_per_unit(model, x) * len(x)
    originals = run.preprocessing.inverse(x).cpu()
    return _Block(_estimates(run, x, jacobian, samples, seed), rates, means, originals, made)


def _estimates(
    run: Run, x: Tensor, jacobian: Tensor, samples: int, seed: int
) -> dict[str, Estimate]:
    if Ability.DENSITY not in run.model.abilities:
        return {}
    bound = lower_bound(run.model, x, samples=_ELBO_SAMPLES, seed=seed)
    evidence = importance_sampling(run.model, x, samples=samples, seed=seed)
    return {
        "log evidence": evidence.shifted(jacobian),
        "ELBO": bound["elbo"].shifted(jacobian),
        "distortion": bound["distortion"].shifted(-jacobian),
        "rate": bound["rate"],
    }


def _rates(blocks: list[_Block], examples: int) -> tuple[float, ...]:
    rates = [block.rates for block in blocks if block.rates is not None]
    return tuple((torch.stack(rates).sum(0) / examples).tolist()) if rates else ()


def _pca(run: Run, originals: Tensor, latent: int) -> ReconstructionError:
    """Fit principal components on the training examples, as the model sees them, in raw units."""
    train = run.dataset("train")
    rows = train.take(torch.arange(min(len(train), _PCA_ROWS)))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        seen = run.preprocessing.inverse(run.preprocessing(rows.to(run.device))).cpu()
    return PCABaseline(seen, latent).error(originals)


def _notes(run: Run, estimates: dict[str, Estimate]) -> Iterator[str]:
    if not estimates:
        yield (
            "This model's code is deterministic: it has no rate, no ELBO and no log evidence. "
            "Its samples from the prior are not samples of anything it learned."
        )
        return
    evidence = estimates["log evidence"]
    yield (
        f"Pareto k flags {evidence.flagged:.0%} of the examples at K = {evidence.samples} "
        f"(median effective sample size {evidence.ess:.0f}); the Monte Carlo bias of log evidence "
        f"is about {evidence.bias:.3f} nats: it is a lower bound that rises with K."
    )
    if steps := run.preprocessing.redefines:
        yield f"Log-likelihoods are of the binarised data ({', '.join(steps)}), not of grey values."
    yield (
        f"Log-likelihoods are of a {run.model.likelihood.measure.words}, sums over the "
        f"{run.model.likelihood.name} likelihood's dimensions, means over examples."
    )
