"""Log-evidence to a target error: effort goes where the error is.

Each example goes as far as it must and no further:

    encoder     draws from q(z|x): enough where the encoder is good
    fitted      a proposal fitted to the example (see `fitted`), its draws doubled until it is done
    annealed    AIS from that proposal where its weights have heavy tails, with more and more
                temperatures

Codes on a sphere take the first way only, with more draws and a tenth of them from the prior: the
other two ways would leave it.

An example is done when its error is small enough and its diagnostics are good. For a target on
the mean over N examples, independent errors average out but biases do not: the bias of log p-hat
is -Var/2 to second order, so an example is done when its bias is below half the target.

Few draws that look good by luck, because the large weights are not among them, are also too low:
with 16 chains and log-weights of variance 2, those that pass are 0.5 nats off. So where few draws
decide, from the encoder and in annealing, others report: the same number again, whatever they say.
"""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from elbowroom.distributions import Space
from elbowroom.errors import ConfigError
from elbowroom.evidence.annealed import weighed
from elbowroom.evidence.annealing import (
    Path,
    cost_of_chains,
    cost_of_tuning,
    forward,
    temperatures,
    tune,
)
from elbowroom.evidence.codes import CodeSpace
from elbowroom.evidence.estimate import Estimate
from elbowroom.evidence.fitted import Fitted, fit_cost, fit_proposal, informed_units
from elbowroom.evidence.goal import Columns, Goal
from elbowroom.evidence.proposals import (
    Defended,
    Proposal,
    from_encoder,
    moments,
    prior_scale,
)
from elbowroom.evidence.rows import prepared, reproducible
from elbowroom.evidence.weights import RunningWeights
from elbowroom.models import LatentModel

ROUTES = ("encoder", "fitted", "annealed")
_BLOCK = 64
_ENCODER_DRAWS = 64
_PILOT_DRAWS = 192
_FITTED_DRAWS = 256
_FITTED_LIMIT = 2048
_EVEN = 0.5
"""Effective share of the encoder's draws that shows that they may be believed: few draws from a
proposal that misses the posterior look fine, but hardly that fine."""
_TRUSTED_K = 0.7
_LARGEST_FIT = 256
"""Codes with more values than this get no fitted proposal: a Hessian would cost too much."""
_CHAINS = 16
_LEAPFROG = 5
_TEMPERATURES = 16
_ACCEPTANCE = 0.65
_KEPT = ("value", "error", "bias", "ess", "samples", "flag")


def adaptive(
    model: LatentModel,
    x: Tensor,
    *,
    target_error: float = 0.05,
    target: Literal["mean", "example"] = "mean",
    budget: int = 20_000,
    seed: int = 0,
    rows: int | None = None,
) -> Estimate:
    """Estimate log p(x) to a target error, with as few decoder evaluations as it takes.

    Args:
        model: Model whose posterior has a density.
        x: Examples as the model sees them, (N, *event).
        target_error: Wanted standard error and bias, in nats, above 0.
        target: Whether of the 'mean' over the examples, or of each 'example'.
        budget: Decoder evaluations for each example at most; where it ends first, the best estimate
            so far is returned with the reason in `notes`.
        seed: Seed of the draws; the global random state is left as it was.
        rows: Decoder evaluations at a time.

    Returns:
        Estimate in nats per example; `taken` says how many examples went which way, `decodes` what
        it cost, and `samples` is the mean number of codes for an example.

    Raises:
        ConfigError: If the target is not positive or the budget too small for a first look.
        IncompatibleError: If the posterior has no density.
        SupportError: If x is outside the support of the likelihood.

    Example:
        >>> from elbowroom import VAE, Bernoulli
        >>> model = VAE.of(Bernoulli((4,)), latent=2)
        >>> sum(adaptive(model, torch.ones(3, 4), target_error=0.05).taken.values())
        3
    """
    if not target_error > 0 or target not in ("mean", "example"):
        raise ConfigError(
            "target_error must be above 0 nats and target 'mean' or 'example', got "
            f"{target_error} and {target!r}"
        )
    if budget < 2 * _ENCODER_DRAWS:
        raise ConfigError(
            f"budget must be {2 * _ENCODER_DRAWS} decoder evaluations for each example or more, "
            f"which a first look and its confirmation take, got {budget}"
        )
    rows = prepared(model, x, _ENCODER_DRAWS, rows)
    goal = Goal(target_error, len(x) if target == "mean" else 1, budget)
    with reproducible(model, seed, gradients=True):
        space = CodeSpace.of(model)
        block = min(_BLOCK, max(rows // _ENCODER_DRAWS, 1))
        blocks = [
            _Block(CodeSpace(here, space.shapes), part, goal, rows).run()
            for here, part in model.divided(x, block)
        ]
    columns = {name: torch.cat([block[name] for block in blocks]) for name in blocks[0]}
    missed = int((~goal.met(columns)).sum())
    return Estimate.over(
        columns.pop("value"),
        errors=columns.pop("error"),
        biases=columns.pop("bias"),
        method=f"adaptive, target {target_error:g} nats on the {target}",
        samples=round(float(columns["samples"].mean())),
        seed=seed,
        dimensions=x[0].numel(),
        routes=ROUTES,
        notes=(goal.shortfall(missed, len(x)),) if missed else (),
        more=columns,
    )


class _Block:
    """The examples of a block, and what is known of each."""

    def __init__(self, space: CodeSpace, x: Tensor, goal: Goal, rows: int) -> None:
        self.space, self.x, self.goal, self.rows = space, x, goal, rows
        self.columns: Columns = {
            "decodes": torch.zeros(len(x), dtype=torch.float64),
            "route": torch.zeros(len(x), dtype=torch.float64),
            "done": torch.zeros(len(x), dtype=torch.float64),
        }

    def run(self) -> Columns:
        """Take every example as far as it must go, and return what is known of it."""
        trace = self.space.model(self.x, _ENCODER_DRAWS)
        z, log_joint = self.space.drawn(trace), trace.log_px + trace.log_p
        self._look(log_joint - trace.log_q)
        if self.space.model.space is not Space.REAL:
            self._encode_more()
            return self.columns
        around = moments(trace, self.space)
        informed = informed_units(around.scale, prior_scale(self.space))
        if len(informed) and self.space.size <= _LARGEST_FIT:
            cost = fit_cost(len(informed)) + _PILOT_DRAWS
            todo = self._todo(cost + _FITTED_DRAWS)
            if len(todo):
                best = z.gather(0, log_joint.argmax(0)[None, :, None].expand(1, *z.shape[1:]))[0]
                proposal = fit_proposal(
                    self.space.at(todo), self.x[todo], around.only(todo), best[todo], informed,
                    self.rows,
                )  # fmt: skip
                proposal = self._recentred(proposal, todo)
                self.columns["decodes"][todo] += cost
                self._draw_from(proposal, todo, route=1, limit=_FITTED_LIMIT)
                self._anneal(todo, proposal.only)
        elif len(todo := self._todo(0)):
            self._anneal(todo, lambda which: from_encoder(*self._some(todo[which])))
        return self.columns

    def _look(self, log_w: Tensor) -> None:
        """Take the encoder's draws; where they are enough, draw again and take those."""
        found = _even(_summary(log_w))
        self._take(torch.arange(len(self.x)), found, 0, _ENCODER_DRAWS)
        which = self.goal.reached(self.columns).nonzero()[:, 0]
        if len(which):
            model, x = self._some(which)
            again = _even(_summary(model(x, _ENCODER_DRAWS).log_w))
            self._take(which, again, 0, _ENCODER_DRAWS)
            self.columns["done"][which] = 1.0

    def _encode_more(self) -> None:
        """Draw from encoder and prior alone: Newton steps and dynamics would leave a sphere."""
        todo = self._todo(_FITTED_DRAWS)
        if len(todo):
            proposal = Defended(self.space.at(todo), self.x[todo])
            self._draw_from(proposal, todo, route=0, limit=self.goal.budget)

    def _todo(self, cost: int) -> Tensor:
        """Return the examples that are not done and can pay so many decoder evaluations more."""
        affordable = self.columns["decodes"] + cost <= self.goal.budget
        return (~self.goal.met(self.columns) & affordable).nonzero()[:, 0]

    def _take(self, which: Tensor, found: Columns, route: int, decodes: int) -> None:
        """Take over what was found for some examples, and what it cost."""
        for name in _KEPT:
            whole = torch.zeros(len(self.x), dtype=torch.float64)
            self.columns.setdefault(name, whole)[which] = found[name].double()
        self.columns["route"][which] = float(route)
        self.columns["decodes"][which] += decodes

    def _draw_from(
        self, proposal: Fitted | Defended, positions: Tensor, *, route: int, limit: int
    ) -> None:
        """Draw from proposals, as many again as before, until each example is done.

        Those whose weights have heavy tails go on no further than `limit` draws.
        """
        going = torch.arange(len(positions))
        log_w = torch.zeros(0, len(positions), dtype=torch.float64)
        while True:
            most = max(self.rows // max(len(going), 1), _FITTED_DRAWS)
            count = min(max(_FITTED_DRAWS, len(log_w)), most)
            stays = torch.isin(positions[going], self._todo(count))
            if count + len(log_w) > limit:
                stays &= self.columns["flag"][positions[going]] == 0
            going, log_w = going[stays], log_w[:, stays]
            if not len(going):
                return
            here = positions[going]
            part = proposal.only(going)
            more = self._weigh(part, part.draw(count), here)
            log_w = torch.cat([log_w, more])
            self._take(here, _summary(log_w), route, count)
            self.columns["done"][here] = self.goal.reached(self.columns)[here].double()

    def _some(self, which: Tensor) -> tuple[LatentModel, Tensor]:
        """Return some of the examples, with the model of them in front."""
        return self.space.model.at(which), self.x[which]

    def _recentred(self, proposal: Fitted, which: Tensor) -> Fitted:
        z = proposal.draw(_PILOT_DRAWS)
        return proposal.recentred(z, self._weigh(proposal, z, which))

    def _weigh(self, proposal: Fitted | Defended, z: Tensor, which: Tensor) -> Tensor:
        """Return log-weights of draws z for some examples, (K, B), so many rows at a time."""
        space, x = self.space.at(which), self.x[which]
        parts = z.split(max(self.rows // len(x), 1))
        joint = torch.cat([space.log_joint(part, x) for part in parts])
        return (joint.double() - proposal.log_prob(z).double()).cpu()

    def _anneal(self, positions: Tensor, start: Callable[[Tensor], Proposal]) -> None:
        """Anneal with twice as many temperatures each time, until each example is done."""
        steps = _TEMPERATURES
        while True:
            chains = cost_of_chains(steps, _LEAPFROG, _CHAINS)
            scouting = cost_of_tuning(steps, _LEAPFROG, _CHAINS) + chains
            which = torch.isin(positions, self._todo(scouting + chains)).nonzero()[:, 0]
            if not len(which):
                return
            path = self._path(positions[which], start(which), steps)
            sizes = tune(path, _CHAINS, _ACCEPTANCE)
            found = weighed(*forward(path, sizes, _CHAINS), scouting)
            self._take_better(positions[which], found, scouting)
            enough = self.goal.reached(found)
            if enough.any():
                which = which[enough]
                path = self._path(positions[which], start(which), steps)
                again = weighed(*forward(path, sizes[:, enough], _CHAINS), chains)
                self._take(positions[which], again, 2, chains)
                self.columns["done"][positions[which]] = 1.0
            steps *= 2

    def _path(self, here: Tensor, start: Proposal, steps: int) -> Path:
        betas = temperatures(steps, "sigmoid")
        return Path(self.space.at(here), self.x[here], start, betas, _LEAPFROG)

    def _take_better(self, here: Tensor, found: Columns, decodes: int) -> None:
        """Take over what was found where it is better than what there was; it cost as much."""
        have = {name: self.columns[name][here] for name in _KEPT}
        smaller = found["error"] - found["bias"] < have["error"] - have["bias"]
        better = (have["flag"] > 0) | (smaller & (found["flag"] == 0))
        self._take(here[better], {name: found[name][better] for name in _KEPT}, 2, decodes)
        self.columns["decodes"][here[~better]] += decodes


def _summary(log_w: Tensor) -> Columns:
    running = RunningWeights(len(log_w), log_w.shape[1])
    running.add(log_w)
    columns = running.summary().columns()
    columns["flag"] = (columns["k"] > _TRUSTED_K) | columns["k"].isnan()
    return {name: columns[name] for name in _KEPT}


def _even(columns: Columns) -> Columns:
    """Flag few draws by how even their weights are; for a fitted tail they are too few."""
    return {**columns, "flag": columns["ess"] < _EVEN * columns["samples"]}
