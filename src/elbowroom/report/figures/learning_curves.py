"""Learning curves: how the ELBO and its parts moved during training."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from elbowroom.report.house_style import INK, MUTED, OTHER, OURS, WIDTH, canvas, in_house_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Log = Sequence[Mapping[str, Any]]


@in_house_style
def learning_curves(log: Log) -> "Figure":
    """Draw every term of the objective against the epoch, in training and on validation.

    The scale is that of the curves after the first twentieth of the training, because the fall
    from the untrained model would flatten everything that is worth seeing.

    Args:
        log: Entries of a run's log; those of epochs are used.

    Returns:
        One panel for the ELBO, where there is one, and one for each term.

    Example:
        >>> terms = {"loss": 3.0, "distortion": 2.0, "rate": 1.0}
        >>> epoch = {"event": "epoch", "epoch": 1, "train": terms, "validation": terms}
        >>> [axes.get_title(loc="left") for axes in learning_curves([epoch]).axes]
        ['ELBO', 'distortion', 'rate']
    """
    epochs = [line for line in log if line["event"] == "epoch"]
    names = _panels(epochs)
    alone = len(names) == 1
    figure, panels = canvas(5.6 if alone else WIDTH, 2.5, 1, len(names))
    for axes, name in zip(panels, names, strict=True):
        _panel(axes, epochs, name)
    figure.legend(
        handles=[
            line for line in panels[0].get_lines() if not str(line.get_label()).startswith("_")
        ],
        loc="outside right upper" if alone else "outside upper right",
        ncols=1 if alone else 3,
    )
    return figure


def _panels(epochs: Log) -> list[str]:
    terms = [name for name in epochs[0]["train"] if name != "loss"]
    return (["ELBO"] if {"distortion", "rate"} <= set(terms) else []) + terms


def _panel(axes: "Axes", epochs: Log, name: str) -> None:
    from matplotlib.ticker import MaxNLocator

    seen = []
    for part, colour in (("train", OTHER), ("validation", OURS)):
        points = [(line["epoch"], _value(line[part], name)) for line in epochs if line[part]]
        if points:
            label = "training, while the weights moved" if part == "train" else part
            marker = "o" if len(points) < 3 else None
            axes.plot(*zip(*points, strict=True), color=colour, label=label, marker=marker, ms=3)
            seen += points
    _mark_best(axes, epochs, name)
    _fit_scale(axes, seen, epochs[-1]["epoch"])
    axes.set_title(name)
    axes.set_xlabel("epoch")
    axes.set_ylabel("nats per example")
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))


def _value(terms: Mapping[str, float], name: str) -> float:
    return -(terms["distortion"] + terms["rate"]) if name == "ELBO" else terms[name]


def _mark_best(axes: "Axes", epochs: Log, name: str) -> None:
    best = [line for line in epochs if line.get("best") and line["validation"]]
    if best:
        epoch, value = best[-1]["epoch"], _value(best[-1]["validation"], name)
        axes.axvline(epoch, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
        axes.plot(
            epoch, value, "o", color=INK, markersize=4.5, zorder=5,
            label=f"kept weights: epoch {epoch}",
        )  # fmt: skip


def _fit_scale(axes: "Axes", points: Sequence[tuple[int, float]], last: int) -> None:
    settled = [value for epoch, value in points if epoch > 0.05 * last]
    low, high = min(settled), max(settled)
    margin = 0.06 * (high - low)
    if margin > 0:
        axes.set_ylim(low - margin, high + margin)
