"""Make a run."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from elbowroom.errors import ConfigError, RunError

if TYPE_CHECKING:
    from elbowroom.experiment import Forecast
    from elbowroom.run import Run

PLACE_IN_HELP = 1


def train(
    data: Any = None,
    *,
    recipe: str | None = None,
    config: Any = None,
    out: Path | None = None,
    resume: bool = False,
    dry_run: bool = False,
    device: str | None = None,
    seed: int | None = None,
    quiet: bool = False,
    trust: bool = False,
    **settings: Any,
) -> "Run | Forecast":
    """Train a VAE on data and write a run folder.

    The folder holds the weights, the log and `config.toml`, from which the same run can be made
    again. Settings come from four places, the later over the earlier: defaults, the file given
    with --config, the --recipe, the command line. What is not set is chosen for the data.

    For example:

        elbowroom train
        elbowroom train digits --model.latent 8 --objective.beta 4 --out runs/a
        elbowroom train digits --recipe vamp-prior-2018
        elbowroom train pictures/ --model.network conv --training.epochs 20
        elbowroom train table.csv --objective.beta warmup --objective.beta.epochs 10
        elbowroom train --config runs/a/config.toml --training.seed 1 --out runs/b
        elbowroom train --resume --out runs/a

    Args:
        data: What to learn from: the name of an embedded data set (digits, wine, ...) or the path
            of a file or folder.
        recipe: A published method whose settings to use; `elbowroom recipes` lists them.
        config: A TOML file with settings, or a run folder whose settings to use.
        out: The run folder to write. When not given, the next free one in runs/.
        resume: Continue the run in --out where it stopped, with the settings written there.
        dry_run: Say what would happen, with a time estimate from a few real steps; write nothing.
        device: cpu, cuda, mps or auto; short for --training.device.
        seed: Seed of everything random in training; short for --training.seed.
        quiet: Show no progress.
        trust: Allow settings to name classes outside Elbowroom ("package.module:Class"). That
            runs their code: only for files that you trust.
        settings: Options of the configuration, as tables: `model={"latent": 8}`.

    Note:
        In Python `data` may also be an array, a tensor or a data set, and `config` a `Config` or a
        dictionary.

    Returns:
        The finished run; with `dry_run` the forecast.

    Raises:
        ConfigError: If a setting is not known or not allowed, or the folder is taken.
        RunError: If there is no run to resume.
        DataError: If the data cannot be used.
        DivergedError: If the loss is no longer finite; the last good weights are kept.
    """
    import elbowroom.experiment as experiment
    from elbowroom.recipes import find_recipe

    if resume:
        _check_resumable(out, config or recipe)
    named = data is None or isinstance(data, str | Path)
    held = None if named else data  # in memory: no configuration can name it
    over = _overrides(settings)
    short = {
        "data.source": data if data is None else str(data) if named else f"<{type(data).__name__}>",
        "training.device": device,
        "training.seed": seed,
    }
    over |= {path: value for path, value in short.items() if value is not None}
    if resume:
        _check_unchanged_settings(over, held)
    read = _configuration(out if resume else config, trust)
    if recipe is not None:
        read = read.with_overrides(find_recipe(recipe).overrides)
    read = read.with_overrides(over)
    if dry_run:
        return experiment.plan(read, data=held)
    run = experiment.train(
        read,
        out or _next_folder(Path("runs"), read.data.source),
        data=held,
        resume=resume,
        quiet=quiet,
        trust=trust,
    )
    from elbowroom.report import write_card

    write_card(run)
    return run


def refit(
    run: Any,
    *,
    prior: str = "coupling-flow",
    out: Path | None = None,
    data: Any = None,
    seed: int | None = None,
    quiet: bool = False,
    trust: bool = False,
    **settings: Any,
) -> "Run":
    """Fit a prior to the codes of a trained run, and write a run with it.

    The second stage: encoder and decoder are held as they are, only the prior learns, so that new
    samples come from where codes are. Works for an autoencoder without noise as well, which then
    has samples. The new run needs the old one's folder only until it is trained.

    For example:

        elbowroom refit runs/a --out runs/b
        elbowroom refit runs/a --prior gaussian-mixture --model.prior.components 50 --out runs/c

    Args:
        run: A run folder.
        prior: Kind of the prior to fit; its options are those under --model.prior.
        out: The run folder to write. When not given, the run's name with the prior's.
        data: The data in memory that the run was made from, if it was.
        seed: Seed of everything random in training; short for --training.seed.
        quiet: Show no progress.
        trust: Allow settings to name classes outside Elbowroom ("package.module:Class").
        settings: Options of the configuration under `training` and `model.prior`.

    Returns:
        The new run.

    Raises:
        ConfigError: If a setting concerns what is held, or the folder is taken.
        RunError: If there is no finished run.
    """
    from elbowroom.run import Run

    path = run.path if isinstance(run, Run) else Path(run)
    over = _overrides(settings)
    for setting in over:
        if not setting.startswith(("training.", "model.prior")):
            raise ConfigError(
                f"{setting} cannot be changed here: a second stage holds everything but the prior. "
                "Options under model.prior and training can; for the rest train another run"
            )
    chosen: dict[str, Any] = {"model.prior": prior, **over, "objective": "prior-fit"}
    chosen |= {"training.start_from": str(path), "training.hold_start": True}
    made = train(
        data,
        config=path,
        out=out or path.with_name(f"{path.resolve().name}-{prior}"),
        seed=seed,
        quiet=quiet,
        trust=trust,
        **chosen,
    )
    return cast("Run", made)


def _configuration(given: Any, trust: bool) -> Any:
    from elbowroom.config import Config

    if isinstance(given, Config):
        return given
    if given is None or isinstance(given, Mapping):
        return Config.from_dict(given or {}, trust=trust)
    return Config.from_toml(given, trust=trust)


def _check_resumable(out: Path | None, config: Any) -> None:
    if out is None or config is not None:
        raise ConfigError(
            "--resume continues the run in --out with the settings written there: "
            "give --out RUN and leave out --config and --recipe"
        )
    if not (Path(out) / "config.toml").is_file():
        raise RunError(f"there is no run to resume at '{out}': it has no config.toml")


def _check_unchanged_settings(over: Mapping[str, Any], held: Any) -> None:
    """Refuse new settings for a run under way: its config.toml would no longer be true."""
    allowed = {"training.device", *(["data.source"] if held is not None else [])}
    changed = sorted(over.keys() - allowed)
    if changed:
        raise ConfigError(
            f"--resume continues with the settings that the run was started with: leave out "
            f"{', '.join(changed)}, or start another run with --config RUN --out OTHER"
        )


def _overrides(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return dotted paths for tables: `model={"latent": 8}` sets `model.latent` and no more."""
    paths: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and "kind" not in value:
            paths |= {f"{name}.{path}": inner for path, inner in _overrides(value).items()}
        else:
            paths[name] = value
    return paths


def _next_folder(parent: Path, source: str) -> Path:
    """Return the first of runs/digits-1, runs/digits-2, ... that does not exist."""
    name = Path(source.strip("<>")).stem.replace(":", "-") or "run"
    number = 1
    while (parent / f"{name}-{number}").exists():
        number += 1
    return parent / f"{name}-{number}"
