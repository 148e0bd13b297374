"""Tables of mixed type: what columns are taken for, what a person may say, what is refused."""

import io

import numpy as np
import pandas
import polars
import pytest
import torch

from elbowroom.data import Column, Preprocessing, describe, figure, load, split
from elbowroom.data.sources import load_like
from elbowroom.errors import ConfigError, DataError, IncompatibleError

FRAME = pandas.DataFrame(
    {
        "age": [61.5, 40.0, 33.5, 58.0, 47.0, 29.0],
        "income": [1200.5, 800.0, 15000.0, 640.0, 2210.0, 990.0],
        "visits": [0, 3, 1, 0, 7, 2],
        "ill": [True, False, False, True, False, False],
        "sex": ["F", "M", "M", "F", "F", "M"],
        "stage": ["II", "I", "III", "I", "II", "II"],
        "coin": [0, 1, 1, 0, 0, 1],
    }
)
STAGES = "stage=I:II:III"


def kinds(source, **options):
    return {column.name: column.kind for column in load(source, **options).kinds}


def test_what_columns_are_taken_for():
    assert kinds(FRAME) == {
        "age": "real", "income": "real", "visits": "real", "ill": "binary", "sex": "binary",
        "stage": "categorical", "coin": "binary",
    }  # fmt: skip
    data = load(FRAME)
    assert data.kinds[4].values == ("F", "M")
    assert data.kinds[5].values == ("I", "II", "III")
    assert data.take(torch.arange(6))[:, 5].tolist() == [1, 0, 2, 0, 1, 1]
    assert data.domain.measure == "mixed"


def test_what_a_person_says_holds():
    said = {"counts": ["visits"], "positive": "income", "ordinal": [STAGES], "real": ["coin"]}
    assert kinds(FRAME, **said, categorical=["sex"], exclude=["ill"]) == {
        "age": "real", "income": "positive", "visits": "counts", "sex": "categorical",
        "stage": "ordinal", "coin": "real",
    }  # fmt: skip
    assert load(FRAME, ordinal=["stage=III:II:I:0"]).kinds[5].values == ("III", "II", "I", "0")
    assert kinds(FRAME[["visits", "coin"]], categorical=["visits"])["visits"] == "categorical"


def test_what_a_frame_declares_holds():
    grade = pandas.Categorical(["b", "a", "b"], categories=["b", "a", "never"], ordered=True)
    frame = pandas.DataFrame({"x": [1.0, 2, 3], "grade": grade, "k": pandas.Categorical([3, 1, 3])})
    assert load(frame).kinds[1:] == (
        Column("grade", "ordinal", ("b", "a")),
        Column("k", "categorical", (1, 3)),
    )


@pytest.mark.parametrize("kind", [np.float64, np.int64, np.uint8, bool])
def test_a_table_of_one_kind_is_what_it_was(kind):
    values = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]).astype(kind)
    frame = load(pandas.DataFrame(values, columns=list("abc")))
    assert frame.kinds is None
    assert frame.digest() == load(values.astype(float) if kind == np.int64 else values).digest()


def test_every_source_reads_the_same(tmp_path):
    FRAME.to_csv(tmp_path / "t.csv", index=False)
    FRAME.to_csv(tmp_path / "t.tsv", index=False, sep="\t")
    FRAME.to_parquet(tmp_path / "t.parquet")
    sources = [FRAME, polars.DataFrame(FRAME.to_dict("list")),
               *(tmp_path / name for name in ("t.csv", "t.tsv", "t.parquet"))]  # fmt: skip
    loaded = [load(source, ordinal=[STAGES], counts=["visits"]) for source in sources]
    assert len({data.digest() for data in loaded}) == 1
    assert len({data.kinds for data in loaded}) == 1


def test_equal_codes_that_mean_something_else_are_other_data():
    renamed = FRAME.replace({"sex": {"F": "female", "M": "male"}})
    assert load(FRAME).digest() != load(renamed).digest()
    assert load(FRAME).meaning != load(FRAME, counts=["visits"]).meaning


def test_values_come_back_as_they_came():
    data = load(FRAME, ordinal=[STAGES], counts=["visits"], positive=["income"])
    rows = data.take(torch.arange(6)).numpy()
    for place, column in enumerate(data.kinds):
        assert column.restore(rows[:, place]).tolist() == FRAME[column.name].tolist()
        assert Column.from_dict(column.to_dict()) == column


def test_new_data_are_coded_as_the_old_ones_were():
    known = load(FRAME, ordinal=[STAGES]).kinds
    new = FRAME.iloc[[2, 1]].assign(more=["x", "y"])
    data = load_like(new[new.columns[::-1]], known)
    assert data.kinds == known
    assert data.columns == tuple(FRAME.columns)
    assert data.take(torch.arange(2))[:, 4:6].tolist() == [[1, 2], [1, 0]]


def test_splits_labels_and_the_default_steps_work():
    data = load(pandas.concat([FRAME] * 4), labels="sex", positive=["income"])
    assert data.label_names == ("F", "M")
    assert "sex" not in data.columns
    parts = split(data, validation=0.2, test=0.2)
    chain = Preprocessing.default_for(parts.train).fit(parts.train)
    assert [type(step).__name__ for step in chain.transforms] == ["Log", "Standardise"]
    raw = parts.train.take(torch.arange(len(parts.train)))
    x = chain(raw)
    assert x[:, :3].mean(0).abs().max() < 1e-5
    assert torch.equal(x[:, 3:], raw[:, 3:])
    torch.testing.assert_close(chain.inverse(x), raw, rtol=1e-4, atol=1e-4)


def test_a_description_says_what_is_in_each_column():
    found = describe(load(FRAME, ordinal=[STAGES]))
    named = {column.name: column for column in found.columns}
    assert named["stage"].found == "I 33%, II 50%, III 17%"
    assert "--data.counts" in named["visits"].hint
    assert "mean, deviation" not in dict(found.rows())
    buffer = io.BytesIO()
    figure(load(FRAME)).savefig(buffer, format="png", dpi=30)
    assert buffer.getvalue().startswith(b"\x89PNG")


MANY = pandas.DataFrame({"x": range(10_000), "id": [f"P{i}" for i in range(10_000)]})

# name, source, options, class, words in this order
TABLE = [
    ("unknown", FRAME, {"categorical": ["sx"]}, ConfigError, "categorical 'sx' Did you mean 'sex'"),
    ("excluded", FRAME, {"exclude": ["sxe"]}, ConfigError, "no column 'sxe'"),
    (
        "said and left out",
        FRAME,
        {"exclude": ["sex"], "categorical": ["sex"]},
        ConfigError,
        "categorical names 'sex' no such column",
    ),
    (
        "two kinds",
        FRAME,
        {"counts": ["visits"], "ordinal": ["visits"]},
        ConfigError,
        "'visits' is named for both counts and ordinal",
    ),
    ("no order", FRAME, {"ordinal": ["stage"]}, ConfigError, "text order stage=I:II:III"),
    ("short order", FRAME, {"ordinal": ["stage=I:II"]}, ConfigError, "holds 'III' leaves out"),
    ("identifiers", MANY, {}, DataError, "'id' 10,000 different texts --data.exclude id"),
    ("too many", MANY, {"categorical": ["id"]}, DataError, "'id' 10,000 too many 1,000"),
    ("not positive", FRAME, {"positive": ["visits"]}, DataError, "0 at row index 0 'visits' above"),
    ("no counts", FRAME, {"counts": ["age"]}, DataError, "61.5 'age' whole numbers from 0"),
    ("not binary", FRAME, {"binary": ["stage"]}, DataError, "3 different values: I, II, III"),
    ("text as number", FRAME, {"real": ["sex"]}, DataError, "text 'F' column 'sex'"),
    ("always", FRAME.assign(site="A"), {}, DataError, "'site' is always 'A' --data.exclude site"),
    ("objects", FRAME.assign(site=[[1]] * 6), {}, DataError, "'site' type list"),
    ("levels", FRAME, {"levels": 9}, ConfigError, "levels alike yes or no"),
    (
        "missing number",
        FRAME.assign(age=[1.0, None, 2, 3, 4, 5]),
        {},
        DataError,
        "1 missing (NaN) value row index 1, column 'age'",
    ),
    (
        "missing text",
        FRAME.assign(sex=["F", "M", None, "F", "F", "M"]),
        {},
        DataError,
        "1 missing (NaN) value row index 2, column 'sex' missing='drop'",
    ),
    ("not a table", np.zeros((3, 2)), {"counts": ["a"]}, ConfigError, "'counts' does not apply"),
]


@pytest.mark.parametrize(
    ("source", "options", "error", "words"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_bad_tables_are_refused_with_what_and_how(source, options, error, words, refuses):
    refuses(source, options, error, words)


@pytest.mark.parametrize("step", ["Scale", "Threshold", "Dequantise", "Logit"])
def test_steps_for_values_of_one_kind_refuse_mixed_ones(step):
    from elbowroom.data import preprocessing

    with pytest.raises(IncompatibleError, match="categories"):
        Preprocessing([getattr(preprocessing, step)()], load(FRAME))


def test_rows_with_gaps_can_be_dropped():
    frame = FRAME.assign(sex=["F", "M", None, "F", "F", "M"])
    data = load(frame, missing="drop")
    assert len(data) == 5
    assert data.take(torch.arange(5))[:, 4].tolist() == [0, 1, 0, 0, 1]
