"""Compare methods."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from elbowroom.commands._runs import Split, check_counts
from elbowroom.errors import ConfigError, InterruptedRunError

if TYPE_CHECKING:
    from elbowroom.study.design import Design
    from elbowroom.study.findings import Findings
    from elbowroom.study.folder import StudyFolder
    from elbowroom.study.outline import Outline

PLACE_IN_HELP = 3


def study(
    data: Any = None,
    *,
    methods: str | None = None,
    strengths: tuple[str, ...] = (),
    fixed: tuple[str, ...] = (),
    seeds: int | None = None,
    config: Any = None,
    out: Path | None = None,
    metrics: str | None = None,
    split: Split | None = None,
    limit: int | None = None,
    samples: int | None = None,
    codes: int | None = None,
    factors: Path | None = None,
    ignore: str | None = None,
    references: int | None = None,
    ranking: bool = False,
    workers: int | None = None,
    engine: Literal["optuna", "ray"] = "optuna",
    resume: bool = False,
    gather: bool = False,
    dry_run: bool = False,
    device: str | None = None,
    quiet: bool = False,
    trust: bool = False,
    **settings: Any,
) -> "Findings | Outline":
    """Train several methods at several strengths with several seeds, and compare them.

    Each run is a run folder of its own under OUT/runs, measured when it is trained. The study ends
    in a table, figures and a page. It can be stopped and killed at any moment; the same command
    goes on where it stopped. The same command on another machine that shares the folder helps.

    For example:

        elbowroom study digits --methods elbo,beta-vae --seeds 3 --out studies/a
        elbowroom study dsprites-like --methods elbo,beta-vae --out studies/b
          --strengths beta-vae:objective.beta=2,4,8 --training.epochs 10
        elbowroom study digits --methods elbo,vamp --out studies/c
          --fixed vamp:model.prior=vamp-prior
        elbowroom study study.toml --out studies/d
        elbowroom study studies/a
        elbowroom study studies/a --gather

    Args:
        data: What to learn from, as for train; or a study.toml; or the folder of a study to go on
            with.
        methods: Names of objectives or recipes, separated by commas, or names of your own.
        strengths: What a method varies: METHOD:SETTING=VALUE,VALUE,... for each that does.
        fixed: Settings of one method: METHOD:SETTING=VALUE.
        seeds: Number of seeds that each is trained with (3 when not given).
        config: A TOML file with settings that all share, or a run folder whose settings to use.
        out: The study's folder.
        metrics: Disentanglement metrics, separated by commas, or none; when not given, some quick
            ones where the data have factors.
        split: Which examples to measure on (test when not given).
        limit: Examples to measure ELBO and log evidence on (500 when not given).
        samples: Importance samples for each of them (64 when not given).
        codes: Examples to measure disentanglement on (10,000 when not given).
        factors: A table of factors, where the data have none of their own.
        ignore: Names of factors to leave out, separated by commas.
        references: Number of seeds that floors and ceilings are measured with, which takes longer
            than to measure a run; all when not given, 0 for none.
        ranking: Measure how well the seeds of a method agree on their latent units (UDR).
        workers: Runs at the same time on this machine; when not given, one for each core.
        engine: What starts them: optuna for processes of this machine, ray for a Ray cluster.
        resume: Insist that the study is there to go on with.
        gather: Train nothing; make table, figures and page of what is there, as the study says.
        dry_run: List the runs, with a time estimate from a few real steps; write nothing.
        device: cpu, cuda, mps or auto; short for --training.device.
        quiet: Show no progress.
        trust: Allow settings to name classes outside Elbowroom, which runs their code.
        settings: Options of the configuration that all methods share.

    Returns:
        What was found; with `dry_run` what would be done.

    Raises:
        ConfigError: If a method or setting is not known, or the folder holds something else.
        DataError: If metrics are asked for that the data do not allow.
        MissingExtraError: If Optuna, or Ray where it is asked for, is not installed.
    """
    check_counts(workers=workers, samples=samples)
    measure = {
        "metrics": metrics, "split": split, "limit": limit, "samples": samples, "codes": codes,
        "factors": None if factors is None else str(factors), "ignore": ignore,
        "references": references, "ranking": ranking or None,
    }  # fmt: skip
    asked = {
        "methods": _words(methods), "strengths": strengths, "fixed": fixed, "seeds": seeds,
        "config": config, "workers": workers, "resume": resume, "dry_run": dry_run,
        "device": device, **measure, **settings,
    }  # fmt: skip
    if gather:
        return _gathered(
            data,
            out,
            [n for n, v in asked.items() if v is not None and v is not False and v != ()],
            trust,
        )
    if resume and out is None and isinstance(data, str | Path):
        _check_is_study(Path(data))
    source, start, folder = _start(data, config, out)
    if resume:
        _check_is_study(folder)
    short = {"data.source": source, "training.device": device}
    design = _design(
        start, quiet,
        methods=_words(methods), strengths=strengths, fixed=fixed, seeds=seeds, trust=trust,
        measure=_given(measure), settings=settings | _given(short),
    )  # fmt: skip
    if dry_run:
        return _outlined(design, folder, workers)
    return _carried_out(design, folder, workers, engine, quiet)


def _gathered(data: Any, out: Path | None, asked: list[str], trust: bool) -> "Findings":
    """Make table, figures and page of a study as it is, which settings cannot change."""
    from elbowroom.study.folder import StudyFolder

    _check_has_path(data)
    if data is None and out is None:
        raise ConfigError("--gather needs the folder of a study: elbowroom study FOLDER --gather")
    folder = Path(data if out is None else out)
    _check_is_study(folder)
    if out is not None and data is not None and Path(data) != out:
        asked = [f"'{data}'", *asked]
    if asked:
        flags = [w if w[0] == "'" else f"--{w.replace('_', '-')}" for w in asked]
        raise ConfigError(
            f"--gather shows a study as it is and takes no settings beside it: leave out "
            f"{', '.join(flags)}. To change the study, leave out --gather"
        )
    return _written(StudyFolder.open(folder, trust=trust))


def _design(start: Any, quiet: bool, **asked: Any) -> "Design":
    """Return what is asked for, checked against its data."""
    import sys

    from elbowroom.study.preparing import prepared
    from elbowroom.study.requested import requested, start_from

    def tell(sentence: str) -> None:
        if not quiet:
            print(sentence, file=sys.stderr)

    return prepared(requested(start_from(start), **asked), tell)


def _outlined(design: "Design", folder: Path, workers: int | None) -> "Outline":
    from elbowroom.study.crew import cores
    from elbowroom.study.folder import StudyFolder
    from elbowroom.study.outline import outline

    there = StudyFolder.planned(folder, design)
    done = tuple(point.name for point in design.points if there.is_finished(point.name))
    return outline(design, min(workers or cores(), len(design.points)), done)


def _carried_out(
    design: "Design", folder: Path, workers: int | None, engine: str, quiet: bool
) -> "Findings":
    from elbowroom.study.folder import StudyFolder
    from elbowroom.study.progress import following
    from elbowroom.study.running import check_engine, run_study

    check_engine(engine)
    made = StudyFolder.make(folder, design)
    try:
        with following(made, quiet) as told:
            run_study(made, workers=workers, engine=engine, told=told)
    except KeyboardInterrupt as error:
        raise InterruptedRunError(
            f"stopped by Ctrl-C with {len(made.unfinished)} of {len(made.tasks)} tasks left. "
            f"Everything is in '{folder}'; go on with: elbowroom study {folder}"
        ) from error
    return _written(made)


def _written(folder: "StudyFolder") -> "Findings":
    from elbowroom.study.gathering import gathered
    from elbowroom.study.ranking import rank_seeds
    from elbowroom.study.writing import write

    if folder.design.measure.ranking:
        rank_seeds(folder)
    findings = gathered(folder)
    write(findings)
    return findings


def _start(data: Any, config: Any, out: Path | None) -> tuple[str | None, Any, Path]:
    """Return the source of the data, what to start from, and the folder."""
    from elbowroom.study.design import FILE

    _check_has_path(data)
    path = None if data is None else Path(data)
    of_study = path is not None and (path.suffix.lower() == ".toml" or (path / FILE).is_file())
    if not of_study:
        source, start = None if data is None else str(data), config
    elif config is not None:
        raise ConfigError(f"'{path}' has the settings already: leave out --config")
    else:
        source, start = None, path
        if out is None and path.is_dir():
            out = path
    if out is None:
        raise ConfigError(
            "a study needs a folder that it can go on in: --out studies/NAME. To go on with one "
            "that is there: elbowroom study studies/NAME"
        )
    if start is None and source is None and (out / FILE).is_file():
        start = out
    return source, start, out


def _check_has_path(data: Any) -> None:
    if data is not None and not isinstance(data, str | Path):
        raise ConfigError(
            "a study trains in other processes, which do not see data in memory: write them to a "
            "file, such as data.npz, and give its path"
        )


def _check_is_study(folder: Path) -> None:
    from elbowroom.study.design import FILE

    if not (folder / FILE).is_file():
        raise ConfigError(f"there is no study at '{folder}': it has no {FILE}")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _words(listed: str | Sequence[str] | None) -> tuple[str, ...]:
    words = listed.split(",") if isinstance(listed, str) else listed or ()
    return tuple(word.strip() for word in words if word.strip())
