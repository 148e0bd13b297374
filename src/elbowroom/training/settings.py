"""How to train: every option of the training loop, with its default. Needs no torch."""

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Literal, get_args, get_origin, get_type_hints

from elbowroom.errors import ConfigError, did_you_mean


@dataclass(frozen=True, kw_only=True)
class Training:
    """Options of the training loop.

    Args:
        epochs: Passes through the training data; when not given, as many as make about
            100 sqrt(N) steps for N examples: 50 for 60,000, 400 for 1,000, 13 for 1,000,000.
        batch_size: Examples for each step; when not given, 128, or fewer for small data.
        learning_rate: Step size of Adam.
        critic_learning_rate: Step size of the objective's critics; the learning rate when not
            given.
        multiplier_learning_rate: Largest step of the logarithm of the objective's multipliers; ten
            times the learning rate when not given.
        warmup_epochs: Epochs over which the learning rate rises from zero.
        decay: What the learning rate does then: 'constant'; 'cosine', down to zero at the end;
            'plateau', halved when validation has not improved for a third of the patience (of a
            fifth of the epochs where patience is 0).
        clip: Largest norm of the gradient of each parameter group; 0 for no clipping.
        ema: Decay of an exponential average of the weights, which validation and the final model
            then use; 0 for none, 0.999 is usual.
        patience: Epochs without improvement on validation after which training stops; when not
            given, a fifth of the epochs but 10 at least; 0 for never. Objectives whose loss cannot
            be compared between epochs (critics, multipliers) train to the end and keep the last
            weights.
        validate_every: Epochs between validations; when not given, such that there are about 100.
        precision: 'float32', 'bfloat16' (mixed), or 'auto': bfloat16 on a GPU that has it.
        device: 'cpu', 'cuda', 'mps', or 'auto' for the fastest there is.
        compile: Compile the step. Pays on runs of more than some minutes; the first step then
            takes up to a minute.
        checkpoint_seconds: Seconds between two writings of the state that a killed run resumes
            from.
        tracker: Where to send the log as well: 'tensorboard' (into the run folder), 'mlflow',
            'wandb' or 'trackio', each an extra of that name.
        start_from: A run folder whose weights to start from. Parts of the model (encoder, decoder,
            prior) that have the same shape there are taken, the others start anew.
        hold_start: Hold the parts taken from `start_from` constant and train the others alone.
        seed: Seed of the initial weights, the order of the data and all noise.

    Raises:
        ConfigError: If an option is out of range.
    """

    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float = 1e-3
    critic_learning_rate: float | None = None
    multiplier_learning_rate: float | None = None
    warmup_epochs: float = 0.0
    decay: Literal["constant", "cosine", "plateau"] = "constant"
    clip: float = 0.0
    ema: float = 0.0
    patience: int | None = None
    validate_every: int | None = None
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    device: str = "auto"
    compile: bool = False
    checkpoint_seconds: float = 20.0
    tracker: Literal["none", "tensorboard", "mlflow", "wandb", "trackio"] = "none"
    start_from: str | None = None
    hold_start: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        positive = ("epochs", "batch_size", "learning_rate", "critic_learning_rate",
                    "multiplier_learning_rate", "validate_every")  # fmt: skip
        for name in positive:
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise ConfigError(f"training.{name} must be above 0, got {value}")
        for name in ("warmup_epochs", "clip", "patience", "checkpoint_seconds", "seed"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value >= 0):
                raise ConfigError(f"training.{name} must be 0 or more, got {value}")
        for name, hint in get_type_hints(Training).items():
            value, choices = getattr(self, name), get_args(hint)
            if get_origin(hint) is Literal and value not in choices:
                raise ConfigError(
                    f"training.{name} must be one of {', '.join(choices)}, got {value!r}."
                    + did_you_mean(str(value), choices)
                )
        if self.hold_start and self.start_from is None:
            raise ConfigError("training.hold_start holds what training.start_from takes: give both")
        if not 0 <= self.ema < 1:
            raise ConfigError(f"training.ema must be 0 or more and below 1, got {self.ema}")


@dataclass(frozen=True)
class Plan:
    """The options of a run with every 'when not given' filled in for the data at hand.

    Attributes:
        epochs: Passes through the training data.
        batch_size: Examples for each step.
        steps_per_epoch: Steps for each pass; a ragged last batch is left out, because the order
            changes every epoch.
        patience: Epochs without improvement before stopping; 0 for never.
        validate_every: Epochs between validations.
    """

    epochs: int
    batch_size: int
    steps_per_epoch: int
    patience: int
    validate_every: int

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.epochs * self.steps_per_epoch

    @classmethod
    def of(cls, settings: Training, examples: int) -> "Plan":
        """Fill in what was not given, for so many training examples.

        Raises:
            ConfigError: If a batch is larger than the data.

        Example:
            >>> Plan.of(Training(), examples=60_000)
            Plan(epochs=52, batch_size=128, steps_per_epoch=468, patience=10, validate_every=1)
        """
        batch = settings.batch_size or max(1, min(128, examples // 8))
        if batch > examples:
            raise ConfigError(
                f"training.batch_size is {batch}, but there are only {examples} training "
                f"examples: use {max(1, examples // 8)} or fewer"
            )
        steps = examples // batch
        epochs = settings.epochs or min(max(round(100 * sqrt(examples) / steps), 5), 1000)
        patience = max(10, epochs // 5) if settings.patience is None else settings.patience
        every = settings.validate_every or max(1, epochs // 100)
        return cls(epochs, batch, steps, patience, every)
