"""The training loop.

    for x in batches:  terms = step(x);  terms.loss.backward();  clip;  optimiser;  average

Everything else on this page decides when to look: at the terms (one synchronisation every 50
steps), at the held-out data, at the clock, at Ctrl-C.
"""

from collections.abc import Callable, Sequence
from math import inf, nan
from pathlib import Path
from time import monotonic

import torch

from elbowroom.data import Dataset, Labelling, Preprocessing
from elbowroom.devices import autocast_for, device_for
from elbowroom.errors import DivergedError
from elbowroom.models import LatentModel
from elbowroom.networks.average import Average
from elbowroom.objectives import Objective, Terms, tick
from elbowroom.training.events import Advanced, EpochEnded, Event, Observer, Outcome, Started
from elbowroom.training.feed import Batch, Feed, labels_for
from elbowroom.training.interrupt import Interrupt
from elbowroom.training.ledger import check_weights
from elbowroom.training.optimisation import (
    clip_gradients,
    optimiser_for,
    rate_factor,
    set_rates,
)
from elbowroom.training.settings import Plan, Training
from elbowroom.training.state import State, snapshot
from elbowroom.training.step import Step
from elbowroom.training.validation import validate

_STEPS_BETWEEN_READINGS = 50


class Trainer:
    """Trains a model in place; see `fit`."""

    def __init__(
        self,
        model: LatentModel,
        objective: Objective,
        train: Dataset,
        validation: Dataset | None = None,
        *,
        preprocessing: Preprocessing,
        settings: Training,
        observers: Sequence[Observer] = (),
        checkpoint: Path | None = None,
        labelling: Labelling | None = None,
    ) -> None:
        self.settings = settings
        self.plan = Plan.of(settings, len(train))
        self.device = device_for(settings.device)
        self.autocast = autocast_for(self.device, settings.precision)
        self.observers = observers
        self.checkpoint = checkpoint
        step = Step(model, objective).to(self.device)
        preprocessing = preprocessing.to(self.device)
        average = Average(model, settings.ema) if settings.ema else None
        self.state = State(step, optimiser_for(step, settings), average)
        self.run_step: Callable[..., Terms] = (
            torch.compile(step, fullgraph=True) if settings.compile else step
        )
        labelling = labels_for(model, train, labelling)
        self.feed = Feed(
            train, preprocessing, self.device, self.plan.batch_size, settings.seed, labelling
        )
        self.held_out = (
            Feed(validation, preprocessing, self.device, 1024, labelling=labelling)
            if validation is not None
            else None
        )
        for feed in filter(None, (self.feed, self.held_out)):
            feed.check(model.likelihood)

    def run(self) -> Outcome:
        """Train to the end, to the patience's end, or to Ctrl-C; then take the best weights."""
        counters = self.state.counters
        self.began = monotonic() - counters.seconds
        self.saved_at = self.read_at = monotonic()
        # The last weights that are known to be finite, and the losses that led to them.
        self.good = snapshot(self.state.deployed)
        self._tell(Started(self.plan, counters.step, counters.epoch))
        self._save(force=True)
        self.state.step.train()
        with Interrupt() as interrupt:
            while not counters.ending:
                if counters.epoch == self.plan.epochs:
                    counters.ending = "finished"
                elif self._out_of_patience():
                    counters.ending = "stopped early"
                elif interrupt.asked:
                    break
                else:
                    self._epoch(interrupt)
        self._save(force=True)
        return self._finish()

    def _epoch(self, interrupt: Interrupt) -> None:
        """Make the steps left in this epoch, or fewer when Ctrl-C asks for the end."""
        counters = self.state.counters
        for batch in self.feed.shuffled(counters.epoch, counters.batch):
            self._step(batch)
            counters.step += 1
            counters.batch += 1
            if counters.batch % _STEPS_BETWEEN_READINGS == 0 or interrupt.asked:
                self._read()
                if interrupt.asked:
                    return
                self._save()
        self._read()
        counters.epoch += 1
        counters.batch = 0
        self._close_epoch()
        self._save()

    def _step(self, batch: Batch) -> None:
        state, settings = self.state, self.settings
        done = state.counters.step
        tick(state.step.objective, done / self.plan.steps_per_epoch)
        factor = rate_factor(settings, self.plan, done) * state.counters.plateau
        set_rates(state.optimiser, factor)
        if self.autocast:
            with self.autocast:
                terms = self.run_step(*batch)
        else:
            terms = self.run_step(*batch)
        state.optimiser.zero_grad(set_to_none=True)
        terms.loss.backward()
        if settings.clip:
            clip_gradients(state.optimiser, settings.clip)
        state.optimiser.step()
        if state.average:
            state.average.update()
        state.ledger.add(terms.logs)

    def _read(self) -> None:
        """Read the terms of the last steps: finite ones make these weights the last good ones."""
        state, rate = self.state, self.state.optimiser.param_groups[0]["lr"]
        made = len(state.ledger.rows)
        try:
            means = state.ledger.read(state.counters.step, rate)
            check_weights(state.step, state.counters.step, rate)
        except DivergedError:
            state.step.model.load_state_dict(state.best or self.good)
            state.step.model.eval()
            raise
        if not made:
            return
        self.good = snapshot(state.deployed)
        now = monotonic()
        speed = made * self.plan.batch_size / max(now - self.read_at, 1e-9)
        self.read_at = now
        epoch = state.counters.step / self.plan.steps_per_epoch
        self._tell(Advanced(state.counters.step, epoch, means, rate, speed))

    def _close_epoch(self) -> None:
        state, counters = self.state, self.state.counters
        train = state.ledger.close_epoch()
        held_out = self._validate() if self._due() else {}
        score = held_out.get("loss", nan) if state.step.objective.comparable else nan
        best = score < (inf if counters.best_score is None else counters.best_score)
        if best:
            counters.best_score, counters.best_epoch = held_out["loss"], counters.epoch
            counters.plateau_epoch = counters.epoch
            state.best = snapshot(state.deployed)
        if held_out and self.settings.decay == "plateau":
            self._halve_on_plateau()
        self.read_at = monotonic()
        rate = state.optimiser.param_groups[0]["lr"]
        self._tell(
            EpochEnded(counters.step, counters.epoch, train, held_out, best, rate,
                       monotonic() - self.began, state.deployed)
        )  # fmt: skip

    def _due(self) -> bool:
        """Tell whether the epoch that ended last is one with a validation."""
        epoch = self.state.counters.epoch
        return epoch % self.plan.validate_every == 0 or epoch == self.plan.epochs

    def _validate(self) -> dict[str, float]:
        if self.held_out is None:
            return {}
        return validate(
            self.state.deployed,
            self.state.step.objective,
            self.held_out.in_order(),
            seed=self.settings.seed,
            autocast=self.autocast,
        )

    def _halve_on_plateau(self) -> None:
        counters = self.state.counters
        if counters.epoch - counters.plateau_epoch >= max(
            1, (self.plan.patience or self.plan.epochs // 5) // 3
        ):
            counters.plateau *= 0.5
            counters.plateau_epoch = counters.epoch

    def _out_of_patience(self) -> bool:
        counters = self.state.counters
        if not (self.plan.patience and counters.best_epoch and counters.batch == 0 and self._due()):
            return False
        return counters.epoch - counters.best_epoch >= self.plan.patience

    def _save(self, *, force: bool = False) -> None:
        """Write the state when it is time: a killed run then loses some seconds of work."""
        now = monotonic()
        if self.checkpoint is None:
            return
        if force or now - self.saved_at >= self.settings.checkpoint_seconds:
            self.state.counters.seconds = now - self.began
            self.state.save(self.checkpoint)
            self.saved_at = now

    def _finish(self) -> Outcome:
        state, counters = self.state, self.state.counters
        state.step.model.load_state_dict(state.best or snapshot(state.deployed))
        state.step.model.eval()
        best_epoch = counters.best_epoch or counters.epoch
        outcome = Outcome(
            counters.ending or "interrupted", counters.step, counters.epoch, best_epoch,
            counters.best_score, monotonic() - self.began,
        )  # fmt: skip
        self._tell(outcome)
        return outcome

    def _tell(self, event: Event) -> None:
        # An observer may sample from the model: that must not change the run.
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            for observer in self.observers:
                observer(event)


def fit(
    model: LatentModel,
    objective: Objective,
    train: Dataset,
    validation: Dataset | None = None,
    *,
    preprocessing: Preprocessing,
    settings: Training | None = None,
    observers: Sequence[Observer] = (),
    checkpoint: Path | None = None,
    resume: bool = False,
    labelling: Labelling | None = None,
) -> Outcome:
    """Train a model in place and leave it with the weights that validated best.

    Args:
        model: Model to train.
        objective: What to minimise.
        train: Training examples, raw.
        validation: Held-out examples that decide when to stop and which weights to keep; without
            them, the last weights are kept.
        preprocessing: From raw examples to what the model sees, fitted on the training examples.
        settings: Options of the loop.
        observers: Called with every event.
        checkpoint: Where to keep the state that a killed run resumes from.
        resume: Go on from the checkpoint.
        labelling: What the labels are to a conditional model; learned from the training examples
            when not given.

    Returns:
        How training ended.

    Raises:
        ConfigError: If an option is out of range, or a batch larger than the data.
        IncompatibleError: If the objective makes no sense for the model.
        DataError: If the model is conditional and labels are missing.
        SupportError: If the data are outside the support of the likelihood.
        DivergedError: If a loss is not finite; the model then has the last good weights.
        DeviceError: If the device does not exist.
    """
    settings = settings or Training()
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        trainer = Trainer(
            model, objective, train, validation, preprocessing=preprocessing, settings=settings,
            observers=observers, checkpoint=checkpoint, labelling=labelling,
        )  # fmt: skip
        if resume and checkpoint:
            trainer.state.load(checkpoint)
        return trainer.run()
