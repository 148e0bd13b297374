"""How scores agree over runs, when runs of one seed have something in common."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from scipy.stats import t as students_t

from elbowroom.study import figures
from elbowroom.study.chance import FEWEST_RUNS, blocks_of, chance_level, rank_correlations
from elbowroom.study.plates import plates
from tests.study.made_up import findings_of


def test_in_one_block_rank_correlations_are_those_of_scipy() -> None:
    table = np.random.default_rng(0).normal(size=(12, 3)).round(1)
    table[3, 1] = np.nan
    found, levels = rank_correlations(table, np.zeros(12, int))
    np.testing.assert_allclose(np.diag(found), 1.0)
    assert found[0, 2] == pytest.approx(spearmanr(table[:, 0], table[:, 2]).statistic)
    known = np.isfinite(table[:, 1])
    expected = spearmanr(table[known, 0], table[known, 1]).statistic
    assert found[1, 0] == pytest.approx(expected)
    assert levels[0, 2] == chance_level((12,))
    assert levels[0, 1] == chance_level((11,))
    same = np.zeros(FEWEST_RUNS, int)
    assert np.isnan(rank_correlations(np.ones((FEWEST_RUNS, 2)), same)[0][0, 1])
    assert np.isnan(rank_correlations(table[: FEWEST_RUNS - 1], same[1:])[0]).all()


def test_what_a_seed_does_to_all_methods_counts_for_nothing() -> None:
    rng, seeds = np.random.default_rng(1), np.repeat(np.arange(4), 6)
    table = rng.normal(size=(24, 2))
    each = [spearmanr(*table[seeds == seed].T).statistic for seed in range(4)]
    lifted = table + 10 * seeds[:, None]
    assert spearmanr(*lifted.T).statistic > 0.9  # seeds alone make scores agree
    for scores in (table, lifted):
        found, levels = rank_correlations(scores, seeds)
        assert found[0, 1] == pytest.approx(np.mean(each))
        assert abs(found[0, 1]) < levels[0, 1] == chance_level((6, 6, 6, 6))


def test_seeds_of_one_run_each_are_one_block() -> None:
    assert blocks_of([3, 1, 2]).tolist() == [0, 0, 0]
    assert blocks_of([0, 0, 1]).tolist() == [0, 0, 1]


@pytest.mark.parametrize("sizes", [(FEWEST_RUNS,), (20,), (6, 6, 6, 6), (2, 2, 2, 2)])
def test_unrelated_scores_are_beyond_chance_no_oftener_than_is_said(sizes: tuple[int, ...]) -> None:
    """With many ranks the level is that of Student's t, less a degree of freedom for each block."""
    rng, blocks = np.random.default_rng(5), np.repeat(np.arange(len(sizes)), sizes)
    level = chance_level(sizes)
    found, _ = rank_correlations(rng.normal(size=(len(blocks), 30)), blocks)
    beyond = np.mean(np.abs(found[np.triu_indices(30, 1)]) > level + 1e-9)
    assert beyond <= 0.07
    if len(blocks) >= 20:
        freedom = len(blocks) - len(sizes) - 1
        quantile = students_t.ppf(0.975, freedom)
        assert level == pytest.approx(quantile / np.sqrt(freedom + quantile**2), abs=0.015)


def test_correlations_within_chance_are_grey_and_the_caption_says_so() -> None:
    cells = np.array([[1.0, 0.3], [0.3, 1.0]])
    near, far = (
        figures.agreement(["MIG", "SAP"], cells, np.full((2, 2), level)).axes[0].images[0]
        for level in (0.3, 0.2)
    )
    assert np.ma.getmaskarray(near.get_array()).tolist() == [[False, True], [True, False]]
    assert not np.ma.getmaskarray(far.get_array()).any()
    rng = np.random.default_rng(0)
    alone = {"elbo": tuple(rng.uniform(size=FEWEST_RUNS).tolist())}
    shown = {plate.name: plate.caption for plate in plates(findings_of(alone))}
    assert f"±{chance_level((8,)):.2f} by chance (permutations);" in shown["rank-correlation"]
    four = {name: tuple(rng.uniform(size=4).tolist()) for name in ("elbo", "beta-vae")}
    shown = {plate.name: plate.caption for plate in plates(findings_of(four))}
    said = f"±{chance_level((2, 2, 2, 2)):.2f} by chance (permutations within seeds);"
    assert said in shown["rank-correlation"]
    assert "ranked among the runs of their seed" in shown["rank-correlation"]
    fewer = plates(findings_of({"elbo": alone["elbo"][:-1]}))
    assert "rank-correlation" not in {plate.name for plate in fewer}
