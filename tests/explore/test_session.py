"""What a session answers, of every kind of run."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from elbowroom.distributions import Ability
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.explore.conditions import condition_of, conditioned
from elbowroom.explore.seeing import drawing, seen
from elbowroom.explore.session import Session
from elbowroom.metrics import rate_per_unit_if_any
from elbowroom.using import model_of
from tests.explore.runs import RUNS, run_of

every_run = pytest.mark.parametrize("name", RUNS)


def condition_of_example(session: Session, place: int) -> float | None:
    if session.about.condition is None:
        return None
    return float(session.part("colour/label").values[place])


def raw_code(session: Session, place: int) -> np.ndarray:
    return session.part("codes").values[[place]]


@every_run
def test_what_is_said_of_a_run_is_true_and_can_be_sent(session_of, name):
    session = session_of(name)
    about = session.about.to_dict()
    json.dumps(about, allow_nan=False)
    model = session.run.model
    assert about["count"] == len(session.gallery) == about["held"]
    assert sorted(about["order"]) == list(range(sum(model.units)))
    assert [unit["label"] for unit in about["units"]] == list(model.unit_labels)
    assert sum(level["count"] for level in about["levels"]) == sum(model.units)
    assert about["probabilistic"] == (Ability.DENSITY in model.abilities)
    for unit in about["units"]:
        assert unit["low"] <= unit["mean"] <= unit["high"]
        assert unit["level"] == (int(unit["label"].split("_")[0]) if "_" in unit["label"] else 1)
        assert about["levels"][-unit["level"]]["first"] <= unit["index"]
    for part_name, described in about["parts"].items():
        values = session.part(part_name).values
        assert list(values.shape) == described["shape"]
        assert values.dtype == np.dtype("<f4")
        assert np.isfinite(values).all()
    assert {"codes", "start", "prior", "map/pca", "colour/error", "position"} <= set(about["parts"])
    assert ("colour/rate" in about["parts"]) == about["probabilistic"]


# The steps of semi-amortised inference draw for a whole batch, so that an example has another code
# among others than alone.
AMORTISED = [name for name in RUNS if name != "structure semi-amortised"]


@pytest.mark.parametrize("name", AMORTISED)
def test_an_example_has_the_code_that_the_map_shows(session_of, name):
    session = session_of(name)
    [values] = session.examples(np.array([3]))
    condition = condition_of_example(session, 3)
    found = session.encode(values, condition=condition)
    np.testing.assert_allclose(found.mean, raw_code(session, 3)[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.seen, values, rtol=1e-5, atol=1e-5)
    assert (found.sd >= 0).all()


@every_run
def test_an_example_decodes_as_well_as_its_colour_says(session_of, name):
    session = session_of(name)
    for place in (0, 5):
        [seen] = session.examples(np.array([place]))
        [made] = session.decode(
            raw_code(session, place), condition=condition_of_example(session, place)
        )
        shape = (1, *session.gallery.shape)
        error = session.neighbours.ruler.rms(
            torch.from_numpy(seen).reshape(shape), torch.from_numpy(made).reshape(shape)
        )
        expected = session.part("colour/error").values[place]
        assert float(error) == pytest.approx(expected, rel=1e-3, abs=1e-4)


@every_run
def test_codes_in_a_batch_decode_as_they_do_alone(session_of, name):
    session = session_of(name)
    codes = session.part("codes").values[:3]
    together = session.decode(codes)
    for code, made in zip(codes, together, strict=True):
        np.testing.assert_allclose(session.decode(code[None])[0], made, rtol=1e-4, atol=1e-4)


@every_run
def test_draws_follow_their_seed_and_leave_the_world_as_it_was(session_of, name):
    session = session_of(name)
    state = torch.get_rng_state()
    start = session.part("start").values[None]
    np.testing.assert_array_equal(session.decode(start, draw=1), session.decode(start, draw=1))
    first, second = (session.sample(4, seed) for seed in (7, 8))
    np.testing.assert_array_equal(first, session.sample(4, 7))
    assert first.shape == (4, session.units)
    assert not np.array_equal(first, second)
    assert np.isfinite(session.decode(first)).all()
    session.encode(session.examples(np.array([0]))[0])
    assert torch.equal(torch.get_rng_state(), state)


@every_run
def test_an_example_is_its_own_neighbour(session_of, name):
    session = session_of(name)
    [values] = session.examples(np.array([4]))
    places, distances = session.nearest(values, 3)
    assert 4 in places[distances == distances[0]]
    assert distances[0] == pytest.approx(0, abs=1e-3)
    assert (np.diff(distances) >= 0).all()


@every_run
def test_a_score_adds_up_or_says_why_there_is_none(session_of, name):
    session = session_of(name)
    [values] = session.examples(np.array([0]))
    if not session.about.probabilistic:
        with pytest.raises(IncompatibleError, match="neither a rate nor an evidence"):
            session.score(values)
        assert isinstance(session.about.can["evidence"], str)
        return
    found = session.score(values, condition=condition_of_example(session, 0), samples=40)
    assert found.elbo == pytest.approx(-(found.rate + found.distortion), rel=1e-6)
    assert found.evidence.value >= found.elbo - 5 * (found.elbo_error + found.evidence.error) - 1e-3
    assert found.evidence.note.endswith(".")
    assert found.rates.shape == (session.units,)


@every_run
def test_codes_around_an_example_are_those_of_its_posterior(session_of, name):
    session = session_of(name)
    [values] = session.examples(np.array([2]))
    condition = condition_of_example(session, 2)

    drawn = session.around(values, 300, 3, condition=condition)

    np.testing.assert_array_equal(drawn, session.around(values, 300, 3, condition=condition))
    x = seen(session.run, session._admitted(values))
    with drawing(5):
        levels = conditioned(session.run, 1, condition).infer(x, 300)
        wanted = session.latents.space.join(tuple(level.z[:, 0] for level in levels)).numpy()
    spread = np.hypot(drawn.std(0), wanted.std(0))
    assert (np.abs(drawn.mean(0) - wanted.mean(0)) <= 5 * spread / np.sqrt(300) + 1e-5).all()
    assert (session.about.can["around"] is True) == (spread.max() > 1e-5)


@every_run
def test_rates_are_those_of_the_metrics(session_of, name):
    session = session_of(name)
    gallery = session.gallery
    [(places, x)] = gallery.chunks(len(gallery))
    rates = rate_per_unit_if_any(model_of(session.run, gallery.data, places), x)
    said = [unit.rate for unit in session.about.units]
    if rates is None:
        assert said == [None] * session.units
    else:
        # Both are means over draws where there is no closed form.
        np.testing.assert_allclose(said, rates.numpy(), rtol=0.1, atol=0.05)


@every_run
def test_turning_a_unit_moves_only_what_lies_below_it(session_of, name):
    session = session_of(name)
    code = raw_code(session, 1)
    for level in session.about.levels:
        ends = level.first + level.count
        code[0, level.first] += 1.0
        turned = session.turned(code, level.first)
        if session.about.space == "real" and "sphere" not in name:
            np.testing.assert_allclose(turned[:, :ends], code[:, :ends], rtol=1e-6)
        assert turned.shape == code.shape


@pytest.mark.parametrize("name", ["structure ladder", "ladder on the sphere"])
def test_a_ladder_is_told_apart_by_the_levels_above_only_through_those_below(session_of, name):
    session = session_of(name)
    code = raw_code(session, 1)
    moved = code.copy()
    moved[0, 0] += 2.0
    np.testing.assert_array_equal(session.decode(code), session.decode(moved))
    turned = session.turned(moved, 0)
    assert np.abs(turned[0, 3:] - code[0, 3:]).max() > 1e-3
    assert np.abs(session.decode(turned) - session.decode(code)).max() > 1e-4


@pytest.mark.parametrize("name", ["posterior von-mises-fisher", "prior sphere-uniform"])
def test_codes_that_left_the_sphere_are_brought_back(session_of, name):
    session = session_of(name)
    assert session.about.space == "sphere"
    code = raw_code(session, 0)
    np.testing.assert_allclose(session.decode(3 * code), session.decode(code), rtol=1e-4, atol=1e-5)
    assert np.isfinite(session.decode(0 * code)).all()
    assert np.linalg.norm(session.part("prior").values, axis=1) == pytest.approx(1, abs=1e-4)


def test_a_condition_changes_what_is_made(session_of):
    session = session_of("conditional")
    start = session.part("start").values[None]
    condition = session.about.condition
    assert len(condition.choices) == 10
    made = [session.decode(start, condition=float(n))[0] for n in range(10)]
    assert len(np.unique(np.round(made, 6), axis=0)) == 10
    np.testing.assert_array_equal(session.decode(start)[0], made[int(condition.default)])


def test_a_quantity_has_a_range(session_of):
    session = session_of("conditional on a quantity")
    condition = session.about.condition
    assert condition.low < condition.default < condition.high
    assert condition.choices is None
    start = session.part("start").values[None]
    low, high = (session.decode(start, condition=v) for v in (condition.low, condition.high))
    assert np.abs(low - high).max() > 1e-5


def test_classes_whose_names_are_numbers_are_not_taken_for_their_places(session_of):
    labelling = session_of("conditional").run.labelling
    shifted = replace(labelling, names=tuple(str(n + 1) for n in range(10)))
    run = replace(session_of("conditional").run)
    run.facts = {**run.facts, "labelling": shifted.to_dict()}
    assert condition_of(run).choices[0] == "1"
    from elbowroom.explore.conditions import _label

    assert [_label(shifted, float(n)) for n in range(10)] == list(range(10))


def test_units_of_other_data_shift_the_score_as_densities_do(tmp_path):
    """log p of a table in thousandths is D log 1000 higher than that of the same table."""
    from tests.experiment.conftest import settings, table
    from tests.explore.runs import assembled

    found = []
    for scale in (1.0, 1000.0):
        config = settings({}, {"likelihood": "gaussian"})
        run = assembled(config, tmp_path / str(scale), table(scale))
        session = Session.open(run)
        found.append(session.score(session.examples(np.array([0]))[0]))
    shift = 4 * np.log(1000)
    assert found[0].elbo - found[1].elbo == pytest.approx(shift, abs=1e-2)
    assert found[0].evidence.value - found[1].evidence.value == pytest.approx(shift, abs=1e-2)
    assert found[0].rate == pytest.approx(found[1].rate, abs=1e-3)


def test_pixels_that_a_person_painted_are_brought_to_what_is_possible(session_of):
    session = session_of("structure single-level")
    painted = np.full(64, 99.0)
    painted[:32] = -1.4
    assert set(session.encode(painted).seen.round(4)) == {0.0, 16.0}


def test_a_gallery_is_spread_evenly_and_each_start_of_it_is_fair(tmp_path):
    run = run_of("prior vamp-prior", tmp_path)
    whole = run.dataset("train").root_positions
    few = Session.open(run, split="train", examples=40)
    places = few.part("position").values.astype(int)
    assert few.about.count == len(set(places)) == 40
    order = {int(p): n for n, p in enumerate(whole)}
    taken = sorted(order[p] for p in places)
    assert max(np.diff(taken)) <= len(whole) // 40 + 2
    assert not np.array_equal([order[p] for p in places], taken)
    raw = run.dataset("train").take(torch.tensor([order[places[0]]]))
    np.testing.assert_allclose(few.examples(np.array([0]))[0], raw.flatten().numpy(), atol=1e-4)
    with pytest.raises(ConfigError, match="from 1 to 50,000"):
        Session.open(run, examples=0)
    with pytest.raises(ConfigError, match="no validashun"):
        Session.open(run, split="validashun")
