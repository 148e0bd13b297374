"""Trackers get the numbers of the log; each is optional and says which extra brings it."""

import sys
from types import SimpleNamespace

import pytest

from elbowroom.errors import MissingExtraError
from elbowroom.training.events import EpochEnded, Outcome
from elbowroom.training.trackers import TRACKERS, tracker_for

EPOCH = EpochEnded(
    step=9, epoch=1, train={"loss": 2.0}, validation={"loss": 3.0}, best=True, learning_rate=0.1,
    seconds=1.0, model=None,
)  # fmt: skip
NUMBERS = {"train/loss": 2.0, "validation/loss": 3.0, "learning_rate": 0.1}
MODULES = {
    "tensorboard": "torch.utils.tensorboard", "mlflow": "mlflow", "wandb": "wandb",
    "trackio": "trackio",
}  # fmt: skip


class Recorder:
    """Stands for each tracker's module: takes every call and keeps the numbers logged."""

    def __init__(self) -> None:
        self.numbers, self.steps, self.closed = {}, set(), False

    def log(self, numbers, step):
        self.numbers |= numbers
        self.steps.add(step)

    log_metrics = log

    def add_scalar(self, name, value, step):
        self.log({name: value}, step)

    def finish(self):
        self.closed = True

    close = end_run = finish

    def init(self, **options):
        return self

    start_run = log_dict = SummaryWriter = lambda self, *words, **options: self


@pytest.mark.parametrize("name", TRACKERS)
def test_a_tracker_gets_each_epoch_and_is_closed(name, monkeypatch, tmp_path):
    recorder = Recorder()
    monkeypatch.setitem(sys.modules, MODULES[name], recorder)
    tracker = tracker_for(name, tmp_path, {"model": {"latent": 2}})
    tracker(EPOCH)
    assert recorder.numbers == NUMBERS
    assert recorder.steps == {9}
    assert not recorder.closed
    tracker(Outcome("finished", 9, 1, 1, 3.0, 1.0))
    assert recorder.closed


@pytest.mark.parametrize("name", TRACKERS)
def test_a_tracker_that_is_not_installed_names_its_extra(name, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, MODULES[name], None)
    with pytest.raises(MissingExtraError, match=rf"elbowroom\[{name}\]"):
        tracker_for(name, tmp_path, {})


def test_no_tracker_is_asked_for_by_default(tmp_path):
    assert tracker_for("none", tmp_path, SimpleNamespace()) is None


def test_tensorboard_writes_its_files(tmp_path):
    pytest.importorskip("tensorboard")
    tracker = tracker_for("tensorboard", tmp_path, {})
    tracker(EPOCH)
    tracker(Outcome("finished", 9, 1, 1, 3.0, 1.0))
    assert list((tmp_path / "tensorboard").glob("events*"))
