"""A run that was killed, or stopped by Ctrl-C, ends bit for bit where it would have ended."""

import json
import os
import signal
from collections.abc import Callable

import pytest
import torch

from elbowroom.distributions import OptimalGaussian
from elbowroom.errors import RunError
from elbowroom.run import read_lines
from elbowroom.training import EpochEnded, Event, Outcome, Started
from elbowroom.training.log import JsonLog
from tests.training.digits import SMALL, rows, same_weights, saved

CASES = {
    "plain": SMALL,
    "average": SMALL.with_settings(ema=0.99),
    "cosine": SMALL.with_settings(decay="cosine", warmup_epochs=1, clip=5.0),
    "plateau": SMALL.with_settings(decay="plateau", patience=3, epochs=5, learning_rate=0.3),
    "early stop": SMALL.with_settings(patience=1, epochs=8, learning_rate=0.1),
}
CASES["no validation"] = CASES["plain"].__class__(SMALL.settings, validation=None)
CASES["optimal scale"] = SMALL.__class__(SMALL.settings, likelihood=OptimalGaussian)
CASES["conditional"] = SMALL.__class__(CASES["average"].settings, condition=10)
LAST_EPOCH = 12  # the events: a start, 3 readings and an end for each of 3 epochs, the outcome


class Killed(Exception):
    """Stands for a kill -9: nothing of ours catches it."""


def at(event_number: int, act: Callable[[], None]) -> Callable[[Event], None]:
    """Return an observer that acts at an event, counted from 0."""
    seen = []

    def observer(event: Event) -> None:
        seen.append(event)
        if len(seen) == event_number + 1:
            act()

    return observer


def kill() -> None:
    raise Killed


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def events_of(observed: list[Event]) -> list[object]:
    """Return what two equal runs have in common: all but times and the model itself."""
    return [
        (type(e).__name__, e.step, getattr(e, "train", None), getattr(e, "validation", None),
         getattr(e, "best", None), getattr(e, "learning_rate", None))
        for e in observed if not isinstance(e, Started)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def whole():
    """Return uninterrupted runs, each made once."""
    made = {}

    def run(name: str):
        if name not in made:
            made[name] = CASES[name].trained()
        return made[name]

    return run


@pytest.mark.parametrize("name", CASES)
def test_a_run_repeats_bit_for_bit(whole, name):
    model, events = whole(name)
    again, same_events = CASES[name].trained()
    assert same_weights(model, again)
    assert events_of(events) == events_of(same_events)


def test_another_seed_is_another_run(whole):
    assert not same_weights(whole("plain")[0], SMALL.with_settings(seed=1).trained()[0])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("moment", [2, 5, 8], ids="event {}".format)
def test_a_killed_run_resumes_to_the_same_weights(whole, name, moment, tmp_path):
    case, path = CASES[name], tmp_path / "state.pt"
    with pytest.raises(Killed):
        case.fit(case.model(), observers=[at(moment, kill)], checkpoint=path)
    assert 0 < saved(path)["counters"]["step"] < 330
    model, events = case.trained(checkpoint=path, resume=True)
    uninterrupted, all_events = whole(name)
    assert same_weights(model, uninterrupted)
    assert events_of(events) == events_of(all_events)[-len(events) + 1 :]


@pytest.mark.parametrize("name", CASES)
def test_a_run_killed_again_and_again_ends_the_same(whole, name, tmp_path):
    case, path = CASES[name], tmp_path / "state.pt"
    resume = False
    for _ in range(40):
        model = case.model()
        try:
            case.fit(model, observers=[at(3, kill)], checkpoint=path, resume=resume)
            break
        except Killed:
            resume = True
    assert resume and same_weights(model, whole(name)[0])


@pytest.mark.parametrize("moment", [1, 3, 4, 6, 7, 9])
@pytest.mark.parametrize("name", ["plain", "average"])
def test_ctrl_c_ends_the_step_saves_and_resumes_to_the_same_weights(whole, name, moment, tmp_path):
    case, path = CASES[name], tmp_path / "state.pt"
    case = case.with_settings(checkpoint_seconds=1e9)
    handler = signal.getsignal(signal.SIGINT)
    model = case.model()
    outcome = case.fit(model, observers=[at(moment, press_ctrl_c)], checkpoint=path)
    assert outcome.reason == "interrupted"
    assert signal.getsignal(signal.SIGINT) is handler
    assert saved(path)["counters"]["step"] == outcome.step > 0
    resumed, _ = case.trained(checkpoint=path, resume=True)
    assert same_weights(resumed, whole(name)[0])


def test_ctrl_c_at_the_very_end_lets_the_run_finish(tmp_path):
    model = SMALL.model()
    outcome = SMALL.fit(
        model, observers=[at(LAST_EPOCH, press_ctrl_c)], checkpoint=tmp_path / "s.pt"
    )
    assert outcome.reason == "finished"


def test_a_finished_run_resumes_to_itself(whole, tmp_path):
    path = tmp_path / "state.pt"
    SMALL.trained(checkpoint=path)
    model, events = SMALL.trained(checkpoint=path, resume=True)
    assert same_weights(model, whole("plain")[0])
    assert [type(event) for event in events] == [Started, Outcome]
    assert events[-1].reason == "finished"


def test_a_state_is_tensors_and_plain_values(tmp_path):
    path = tmp_path / "state.pt"
    CASES["average"].trained(checkpoint=path)
    content = saved(path)
    assert content["version"] == 1

    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(isinstance(k, str | int) and plain(v) for k, v in value.items())
        if isinstance(value, list | tuple):
            return all(map(plain, value))
        return value is None or isinstance(value, torch.Tensor | str | int | float | bool)

    assert plain(content)


def test_the_log_of_a_killed_run_is_that_of_the_whole_run(tmp_path):
    """Lines after the last saved state are dropped, and none comes twice."""
    case = SMALL.with_settings(batch_size=8, epochs=4)  # 55 steps an epoch
    times = ("seconds", "learning_rate")

    def lines(path):
        return [{k: v for k, v in line.items() if k not in times} for line in read_lines(path)]

    case.fit(case.model(), observers=[JsonLog(tmp_path / "whole.jsonl")])
    expected = lines(tmp_path / "whole.jsonl")
    assert [line["event"] for line in expected] == ["epoch"] * 4 + ["outcome"]
    for moment in range(1, 12):
        log, state = tmp_path / f"{moment}.jsonl", tmp_path / f"{moment}.pt"
        with pytest.raises(Killed):
            case.fit(case.model(), observers=[JsonLog(log), at(moment, kill)], checkpoint=state)
        case.fit(case.model(), observers=[JsonLog(log)], checkpoint=state, resume=True)
        assert lines(log) == expected, moment


def test_the_log_holds_no_epoch_twice_where_a_reading_meets_the_end_of_an_epoch(tmp_path):
    """50 steps an epoch: the state before and after the epoch's end has the same step."""
    case = SMALL.__class__(SMALL.settings, train=rows(0, 200))
    log, state = tmp_path / "log.jsonl", tmp_path / "state.pt"
    with pytest.raises(Killed):
        case.fit(case.model(), observers=[JsonLog(log), at(2, kill)], checkpoint=state)
    case.fit(case.model(), observers=[JsonLog(log)], checkpoint=state, resume=True)
    assert [line["epoch"] for line in read_lines(log)] == [1, 2, 3, 3]


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path):
    log = tmp_path / "log.jsonl"
    SMALL.fit(SMALL.model(), observers=[JsonLog(log)])
    log.write_text(log.read_text() + '{"event": "epo')
    assert len(read_lines(log)) == 4
    first = json.loads(log.read_text().splitlines()[0])
    assert first["event"] == "epoch" and first["train"]["distortion"] > 0


def corrupt(path):
    path.write_bytes(path.read_bytes()[:1000])


def newer(path):
    torch.save({**saved(path), "version": 99}, path)


def pickled(path):
    torch.save({"version": 1, "code": print}, path)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "no saved state"),
        (corrupt, "cannot be read"),
        (newer, "version 99"),
        (pickled, "cannot be read"),
        (lambda path: path.write_text("hello"), "cannot be read"),
        (lambda path: torch.save({"version": 1}, path), "does not fit"),
    ],
    ids=["missing", "truncated", "newer", "with code in it", "text", "empty"],
)
def test_a_state_that_cannot_be_used_is_refused(tmp_path, spoil, words):
    path = tmp_path / "state.pt"
    case = SMALL.with_settings(epochs=1)
    case.trained(checkpoint=path)
    spoil(path)
    with pytest.raises(RunError, match=words):
        case.trained(checkpoint=path, resume=True)


@pytest.mark.parametrize("change", ["another likelihood", "an average", "no average"])
def test_a_state_of_another_run_is_refused(tmp_path, change):
    path = tmp_path / "state.pt"
    average = SMALL.with_settings(epochs=1, ema=0.9)
    plain = SMALL.with_settings(epochs=1)
    first, then = {
        "another likelihood": (plain, plain.__class__(plain.settings, likelihood=OptimalGaussian)),
        "an average": (plain, average),
        "no average": (average, plain),
    }[change]
    first.trained(checkpoint=path)
    with pytest.raises(RunError, match="does not fit this run's configuration"):
        then.trained(checkpoint=path, resume=True)


def test_the_best_weights_come_back_after_a_kill(tmp_path):
    """The best epoch lies before the kill: its weights are in the state."""
    case, path = CASES["early stop"], tmp_path / "state.pt"
    whole, events = case.trained()
    ends = [i for i, event in enumerate(events) if isinstance(event, EpochEnded)]
    assert events[-1].best_epoch < events[-1].epoch
    with pytest.raises(Killed):
        case.fit(case.model(), observers=[at(ends[-1] - 1, kill)], checkpoint=path)
    resumed, _ = case.trained(checkpoint=path, resume=True)
    assert same_weights(resumed, whole)
