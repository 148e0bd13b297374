"""All metrics at once, beside floors and ceilings; and ranking without factors."""

import json
from io import StringIO

import numpy as np
import pytest
import torch
from rich.console import Console

from elbowroom.errors import ConfigError, DataError, IncompatibleError, ShapeError
from elbowroom.metrics.disentanglement import (
    METRICS,
    REFERENCES,
    Representation,
    disentanglement,
    references,
    unsupervised_disentanglement_ranking,
)
from elbowroom.metrics.disentanglement.shared_batches import OnBatches
from tests.known_factors import SMALL, known, perfect, sampled

COUNT = 600
FAST = ("binned-mig", "sap", "modularity")


@pytest.fixture(scope="module")
def factors():
    return sampled(SMALL, COUNT)


@pytest.fixture(scope="module")
def images(factors) -> np.ndarray:
    """Examples in which the factors are turned, bent and noisy."""
    rng = np.random.default_rng(0)
    hidden = np.tanh(perfect(factors) @ rng.normal(size=(3, 16)))
    return (hidden + 0.1 * rng.normal(size=hidden.shape)).reshape(COUNT, 1, 4, 4)


@pytest.fixture(scope="module")
def found(factors, images):
    code = np.hstack([perfect(factors), np.zeros((COUNT, 1))])
    known = Representation.of_table(torch.from_numpy(code), factors, examples=images)
    return disentanglement(known, FAST, resamples=3)


def test_scores_stand_beside_all_references(found):
    assert set(found.references) == set(REFERENCES) and not found.missing
    for scores in found.references.values():
        assert [s.name for s in scores] == [s.name for s in found.scores]
    mig = "MIG (20 bins)"
    for floor in ("random encoder", "PCA", "ICA", "rotated factors"):
        assert found.score(mig, floor).value < found.score(mig).value - 0.3
    assert found.score(mig, "true factors").value == pytest.approx(found.score(mig).value, abs=1e-9)


def test_it_is_a_table_and_json(found):
    console = Console(width=160)
    with console.capture() as shown:
        console.print(found.table())
    for words in ("SAP", "random encoder", "PCA", "ICA", "rotated factors", "true factors",
                  "+-", "Dimensions 3 of the code are constant"):  # fmt: skip
        assert words in shown.get()
    data = json.loads(json.dumps(found.to_dict()))
    assert data["scores"][0]["protocol"].startswith("disentanglement_lib")
    assert set(data["references"]) == set(REFERENCES)


def test_references_have_the_dimensions_of_the_code_and_unit_variance(factors, images):
    untrained = np.random.default_rng(0).normal(size=(COUNT, 5))
    code = Representation.of_table(
        np.ones((COUNT, 5)), factors, examples=images, untrained=untrained
    )
    made, missing = references(code)
    assert not missing
    for name, other in made.items():
        codes = other.codes(np.arange(COUNT))
        assert codes.shape == (COUNT, 3 if "factors" in name else 5)
        np.testing.assert_allclose(codes.std(0), 1.0, atol=0.1)
    np.testing.assert_allclose(
        made["random encoder"].codes(np.arange(COUNT)), untrained / untrained.std(0)
    )
    pca = made["PCA"].codes(np.arange(COUNT))
    np.testing.assert_allclose(np.corrcoef(pca.T), np.eye(5), atol=1e-6)
    turned, truth = (made[name].codes(np.arange(COUNT)) for name in
                     ("rotated factors", "true factors"))  # fmt: skip
    np.testing.assert_allclose(turned @ turned.T, truth @ truth.T, atol=1e-9)


def test_independent_components_are_found_in_what_is_a_mixture_of_them():
    factors = sampled({"a": 9, "b": 9}, COUNT)
    mixed = perfect(factors) @ np.array([[1.0, 0.8], [0.0, 0.6]])
    code = Representation.of_table(mixed[:, :2], factors, examples=mixed)
    scores = disentanglement(code, ["binned-mig"], resamples=2)
    name = "MIG (20 bins)"
    assert scores.score(name, "ICA").value > 0.5 > scores.score(name, "PCA").value


def test_what_cannot_be_had_is_told(factors):
    alone = factors.only("hue")
    code = Representation.of_table(perfect(factors), alone)
    told = []
    found = disentanglement(code, resamples=2, progress=told.append)
    assert {"sampled-mig", "irs", "modularity"} <= set(found.refused)
    assert set(found.missing) == {"random encoder", "PCA", "ICA", "rotated factors"}
    assert "is the factor itself" in found.missing["rotated factors"]
    assert not any("rotated factors are no floor" in note for note in found.notes)
    assert "binned-mig of the code" in told and "sap of true factors" in told
    with pytest.raises(IncompatibleError, match="irs compares factors"):
        disentanglement(code, ["irs"])
    with pytest.raises(ConfigError, match="no metric 'binned-mgi'. Did you mean 'binned-mig'"):
        disentanglement(code, ["binned-mgi"])
    with pytest.raises(ConfigError, match="resamples 2 or more, to have a spread; got 1 and 1"):
        disentanglement(code, ["sap"], resamples=1)
    assert not disentanglement(code, ["binned-mig"], False, resamples=2).references
    with pytest.raises(ConfigError, match="there is no score 'SPA'. Did you mean 'SAP'"):
        disentanglement(code, ["sap"], False, resamples=2).score("SPA")


def test_a_reference_that_fails_is_told_and_ends_nothing(factors):
    constant = np.zeros((COUNT, 2))
    code = Representation.of_table(perfect(factors), factors, untrained=constant)
    found = disentanglement(code, ["binned-mig"], resamples=2)
    assert found.references["random encoder"] == ()
    assert "none of the 2 dimensions" in found.missing["binned-mig of random encoder"]
    console = Console(width=160)
    with console.capture() as shown:
        console.print(found.table())
    assert " - " in shown.get()


def test_what_cannot_be_measured_at_all_is_refused(factors):
    few = factors.subset(np.arange(30))
    with pytest.raises(DataError, match="needs 120 examples or more"):
        disentanglement(Representation.of_table(perfect(few), few), ["binned-mig"])
    with pytest.raises(DataError, match="needs .* examples or more"):
        disentanglement(Representation.of_table(perfect(few), few))


def test_every_reason_is_said_where_nothing_can_be_measured(factors):
    few = factors.only("hue").subset(np.arange(30))
    code = Representation.of_table(perfect(factors)[:30], few)
    reasons = ("binned-mig needs 120 examples", "boosted-dci needs 60", "irs compares factors")
    with pytest.raises(DataError) as refused:
        disentanglement(code)
    assert all(reason in str(refused.value) for reason in reasons)
    with pytest.raises(DataError, match=r"^2 metrics cannot[^$]*irs compares[^$]*binned-mig needs"):
        disentanglement(code, ["irs", "binned-mig"])
    with pytest.raises(IncompatibleError, match=r"^irs compares"):
        disentanglement(code, ["irs"])


def test_one_factor_has_no_disentanglement(factors):
    alone = Representation.of_table(perfect(factors), factors.only("hue"))
    found = disentanglement(alone, ["lasso-dci"], resamples=2)
    name = "DCI disentanglement (lasso)"
    assert {name} | {score.name for score in found.scores} == set(METRICS["lasso-dci"].names)
    assert found.refused[name].startswith("it compares factors with each other, and needs 2")
    assert all(name not in {s.name for s in scores} for scores in found.references.values())
    two = Representation.of_table(perfect(factors), factors.only("hue", "scale"))
    assert disentanglement(two, ["lasso-dci"], False, resamples=2).score(name).value > 0


@pytest.mark.parametrize("name", METRICS)
def test_a_rotation_lowers_what_does_not_say_that_it_keeps(name):
    if issubclass(METRICS[name], OnBatches):
        pytest.skip("a rotation of few values can score like the truth: a floor all the more")
    metric = METRICS[name](samples=COUNT)
    scales = np.full((COUNT, 3), 0.05)
    scores = {}
    for code in ("perfect", "rotated"):
        table = known(code, SMALL, COUNT)
        codes = table.codes(np.arange(COUNT))[:, :3]
        drawn = metric.draw(
            Representation.of_table(codes, table.factors, scales=scales), np.random.default_rng(0)
        )
        scores[code] = metric.score(drawn, 0)
    for place, (best, turned) in enumerate(zip(scores["perfect"], scores["rotated"], strict=True)):
        if place in metric.keeps_rotated:
            assert turned > best - 0.3
        else:
            assert turned < best - 0.05, metric.names[place]


def test_which_scores_a_rotation_is_no_floor_of(factors):
    code = Representation.of_table(perfect(factors), factors)
    found = disentanglement(code, ["lasso-dci", "explicitness"], resamples=2)
    [note] = [note for note in found.notes if "are no floor" in note]
    assert note.startswith("Of DCI informativeness (R2), explicitness, rotated factors are no")
    assert "A score is good only where it is above rotated factors." in found.notes
    plain = disentanglement(code, ["sap"], resamples=2)
    assert not any("are no floor" in note for note in plain.notes)


@pytest.fixture(scope="module")
def wide(factors, images):
    """Scores with a long name, and with brackets."""
    code = Representation.of_table(perfect(factors), factors, examples=images)
    metrics = [METRICS["lasso-dci"](), METRICS["factor-vae-score"](samples=300)]
    return disentanglement(code, metrics, resamples=2)


@pytest.mark.parametrize("width", [80, 60, 200])
def test_no_number_is_cut(wide, width):
    found = wide
    console = Console(width=width, file=StringIO())
    console.print(found.table())
    text = console.file.getvalue()
    assert "\u2026" not in text and max(map(len, text.splitlines())) <= width
    assert set(found.references) == set(REFERENCES)
    for scores in (found.scores, *found.references.values()):
        for score in scores:
            assert f"{score.value:.3f} +- {score.error:.1g} " in text
            assert score.spread is None or f"({score.spread:.1g}) " in text
    assert all(name in text for name in REFERENCES)
    assert text.count("disentanglement, continued") == {80: 1, 60: 2, 200: 0}[width]


# ---------------------------------------------------------------------- ranking without factors


def codes_of(kind: str, count: int = 400) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(count, 4))
    if kind == "agree":
        return [z, -z[:, [2, 0, 1, 3]], 3 * z[:, [3, 2, 1, 0]]]
    if kind == "turned":
        return [z @ np.linalg.qr(rng.normal(size=(4, 4)))[0] for _ in range(3)]
    return [rng.normal(size=(count, 4)) for _ in range(3)]


@pytest.mark.parametrize("similarity", ["lasso", "spearman"])
def test_models_that_agree_rank_above_turned_ones_above_noise(similarity):
    agree, turned, noise = (
        unsupervised_disentanglement_ranking(codes_of(kind), similarity=similarity, resamples=3)
        for kind in ("agree", "turned", "noise")
    )
    assert agree.scores.min() > 0.75 > turned.scores.max() > turned.scores.min()
    assert turned.scores.min() > noise.scores.max() + 0.1
    assert (turned.errors > 0).all() and np.isnan(np.diag(agree.pairs)).all()
    assert "UDR" in repr(agree) and json.loads(json.dumps(agree.to_dict()))["samples"] == 400


def test_ranking_of_lassos_has_its_closed_form():
    z = np.linalg.qr(np.random.default_rng(0).normal(size=(500, 3)) - 0.0)[0]
    z -= z.mean(0)
    z = np.linalg.qr(z)[0]
    # For orthogonal standardised codes a lasso's coefficient is 1 - penalty, and its square over
    # itself is what remains.
    found = unsupervised_disentanglement_ranking([z, -z[:, ::-1]], resamples=2)
    np.testing.assert_allclose(found.scores, 0.9, atol=1e-6)


def test_the_scale_and_the_order_of_dimensions_are_no_matter():
    codes = codes_of("turned")
    other = [code[:, ::-1] * [1.0, 5.0, 0.1, 2.0] + 3 for code in codes]
    found, same = (unsupervised_disentanglement_ranking(c, resamples=2) for c in (codes, other))
    np.testing.assert_allclose(found.scores, same.scores, atol=1e-4)


def test_dead_dimensions_are_left_out_of_the_ranking():
    codes = codes_of("agree")
    noisy = [np.hstack([c, 0.01 * np.random.default_rng(i).normal(size=(400, 2))])
             for i, c in enumerate(codes)]  # fmt: skip
    rates = [torch.tensor([1.0, 1, 1, 1, 0, 0])] * 3
    found = unsupervised_disentanglement_ranking(noisy, rates, resamples=2)
    plain = unsupervised_disentanglement_ranking(codes, resamples=2)
    np.testing.assert_allclose(found.scores, plain.scores, atol=1e-9)


def test_rankings_that_are_refused():
    codes = codes_of("agree")
    with pytest.raises(ConfigError, match="2 or more, got 1"):
        unsupervised_disentanglement_ranking(codes[:1])
    with pytest.raises(ShapeError, match="same examples"):
        unsupervised_disentanglement_ranking([codes[0], codes[1][:-1]])
    with pytest.raises(DataError, match="UDR needs 100 or more"):
        unsupervised_disentanglement_ranking([code[:50] for code in codes])
    with pytest.raises(DataError, match="model 1 has no informative dimension"):
        unsupervised_disentanglement_ranking([codes[0], 0 * codes[1]])
    with pytest.raises(DataError, match="model 0 hold NaN"):
        unsupervised_disentanglement_ranking([codes[0] * np.nan, codes[1]])
    with pytest.raises(ShapeError, match="one for each dimension"):
        unsupervised_disentanglement_ranking(codes, [np.ones(3)] * 3)
    with pytest.raises(ConfigError, match="lasso or spearman"):
        unsupervised_disentanglement_ranking(codes, similarity="cosine")
