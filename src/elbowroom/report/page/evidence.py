"""The evidence of a report: how good, how sure, why not better, and what is wrong."""

import numpy as np

from elbowroom.metrics.collapse import DEAD_RATE
from elbowroom.report import figures
from elbowroom.report.by_label import conditions_drawn
from elbowroom.report.material import Material
from elbowroom.report.page.html import Markup, joined, table, tag
from elbowroom.report.page.section import Plate, Section
from elbowroom.report.words import counted, quantity, typeset

_WORST = 12
_PARTS = {
    "mutual_information": "mutual information",
    "total_correlation": "total correlation",
    "dimension_wise_kl": "dimension-wise KL",
}
_WHOLE = {"mutual_information": "mutual information", "marginal_kl": "marginal KL"}


def bounds(material: Material) -> Section | None:
    """Return the bound against K."""
    if not (found := material.evaluation.get("curve")):
        return None
    last, reference = found["bounds"][-1], found["reference"]
    below = quantity(reference["value"] - last["value"])
    caption = (
        f"Importance sampling on {counted(found['examples'], 'example')} with more and more codes "
        "drawn from the encoder, one stream for all K. It is a lower bound that rises towards "
        "log p(x); its error bars (95%, over codes) are about the bound and not about what is "
        f"still missing. The line is {reference['method']}. At K = {last['samples']:,} the bound "
        f"is {below} nats below it."
    )
    figure = figures.bound_curve(found["elbo"], found["bounds"], reference)
    return Section("How the bound rises", [Plate("bound-curve", figure, caption)])


def each_example(material: Material) -> Section | None:
    """Return the spread of log p(x), and the examples that the model finds least probable."""
    columns = material.numbers_of_examples
    if not columns:
        return None
    log_p, flagged = columns["log_evidence"], columns.get("flag", np.zeros(1)) > 0
    flagged = np.broadcast_to(flagged, log_p.shape)
    figure = figures.each_example(log_p, columns["elbo"], flagged)
    caption = (
        "Left: how probable the model finds each example. Right: how far the encoder's bound is "
        "below that. Examples high up are encoded badly; those on the left are unlike what was "
        "learned."
    )
    section = Section("Example by example", [Plate("each-example", figure, caption)])
    section.parts.append(_least_probable(material, columns["id"], log_p))
    return section


def _least_probable(material: Material, ids: np.ndarray, log_p: np.ndarray) -> Plate:
    worst = np.argsort(log_p, kind="stable")[:_WORST]
    chosen = material.evaluated(ids[worst])
    figure = figures.reconstructions(material.look, chosen.originals, chosen.made)
    numbers = ", ".join(f"{ids[i]} ({quantity(log_p[i], 1.0, alone=True)})" for i in worst)
    caption = (
        f"The {len(worst)} least probable examples and their reconstructions, the least probable "
        f"first. Their places in the data, with log p(x) in nats: {numbers}."
    )
    return Plate("least-probable", figure, caption)


def gap(material: Material) -> Section | None:
    """Return what the gap and the rate are made of."""
    found, rate = material.evaluation.get("gap"), material.evaluation.get("rate_parts")
    if not rate:
        return None
    bars, words = {}, []
    if found:
        names = {"family": "posterior family", "amortisation": "amortisation"}
        bars["log p(x) \u2212 ELBO"] = {
            word: (found[name]["value"], found[name]["data_error"]) for name, word in names.items()
        }
        words.append(
            f"log p(x) \u2212 ELBO, {quantity(found['total']['value'])} nats on "
            f"{counted(found['total']['examples'], 'example')}: what a richer posterior family "
            "would gain, and what a better encoder would (the difference to the best posterior of "
            "the family, searched for each example)."
        )
    kinds = _PARTS if rate.get("total_correlation") else _WHOLE
    bars["rate"] = {
        word: (rate[name]["value"], rate[name]["data_error"]) for name, word in kinds.items()
    }
    words.append(
        "Rate: what codes say about which example it is, how far the units' joint distribution is "
        "from independent ones, and how far each is from the prior, over "
        f"{counted(rate['population'], 'example')}."
    )
    if rate["saturated"]:
        words.append(
            f"The mutual information is at its ceiling, the logarithm of the number of examples "
            f"({quantity(rate['ceiling'])} nats): every code tells its example, and the split says "
            "more about their number than about the model."
        )
    plate = Plate("gap", figures.parts(bars), " ".join(words))
    return Section("What the gap and the rate are made of", [plate])


def diagnosis(material: Material) -> Section | None:
    """Return what was looked for, what was found, and what to do about it."""
    found = material.evaluation.get("diagnosis")
    if not found:
        return None
    items = [_finding(finding) for finding in found["findings"]]
    section = Section("What is wrong, if anything", [tag("dl", *items, class_="glossary")])
    if (history := material.unit_history) is not None and len(history) > 1:
        caption = (
            "The rate of each unit on held-out examples while the model was learning, up to the "
            "weights that were kept. Below the dashed line a unit says nothing about the example."
        )
        figure = figures.unit_history(history, material.active, DEAD_RATE)
        section.parts.append(Plate("unit-history", figure, caption))
    return section


def _finding(finding: dict) -> Markup:
    severity = finding["severity"]
    mark = tag("span", severity, class_=f"mark {_MARKS[severity]}")
    words = tag("dd", typeset(finding["found"]), " ", tag("em", finding["advice"]))
    return tag("div", tag("dt", mark, " ", finding["about"]), words)


_MARKS = {"good": "good", "worth a look": "look", "problem": "problem"}


def prior_holes(material: Material) -> Section | None:
    """Return what the decoder makes where the prior has samples and the data no codes."""
    found = material.evaluation.get("prior_holes")
    if not found:
        return None
    codes = np.array(found["deepest"])
    deepest = material.decode(codes, conditions_drawn(material, len(codes)))
    caption = (
        f"Of {found['samples']:,} samples of the prior, the {len(deepest)} whose surroundings hold "
        "the fewest codes of examples, decoded. The decoder never learned what to make there; "
        f"{found['share']:.1%} \u00b1 {found['error']:.1%} of the prior's samples lie where only "
        f"{found['level']:.0%} of the codes do."
    )
    figure = figures.samples(material.look, deepest, material.originals)
    return Section("Where the prior has the fewest codes", [Plate("prior-holes", figure, caption)])


def quality(material: Material) -> Section | None:
    """Return the scores of samples, and their nearest training examples."""
    if not (found := material.evaluation.get("quality")):
        return None
    rows: list[tuple[object, ...]] = [
        (score["name"], *_score(score), quantity(floor["value"], floor["error"]))
        for score, floor in zip(found["generated"], found["floor"], strict=True)
    ]
    rows += [(score["name"], *_score(score), "\u2013") for score in found["memorisation"]["scores"]]
    first = found["generated"][0]
    caption = (
        f"{first['generated']:,} draws from p(x | z), z from the prior, against {first['real']:,} "
        f"examples that the model never saw, seed {first['seed']}."
    )
    headings = ("measure", "samples", "p", "null: if perfect", "train: real examples")
    section = Section("How good its samples are", [table(headings, rows, caption=caption)])
    section.parts.append(tag("ul", *(tag("li", note) for note in found["notes"])))
    if pairs := material.arrays("pairs"):
        figure = material.look.stacked(
            {"sample": pairs["generated"][:_WORST], "nearest": pairs["nearest"][:_WORST]}
        )
        words = (
            "The samples that come nearest to a training example, above these examples. Copies "
            "would be the same in every detail."
        )
        section.parts.append(Plate("nearest-pairs", figure, words))
    return section


def _score(score: dict) -> tuple[str, str, str]:
    null, p = score["null"], score["p_value"]
    perfect = "\u2013" if null is None else quantity(null, score["null_error"])
    return (
        quantity(score["value"], score["error"]),
        "\u2013" if p is None else f"{p:.2g}",
        perfect,
    )


_ASKED = {
    "curve": "how the bound rises with the number of samples",
    "gap": "whether posterior family or encoder loses more",
    "bidirectional": "bounds from both sides",
    "quality": "how good samples are",
}


def not_measured(material: Material) -> Markup | None:
    """Say what can still be measured, and how."""
    done = {*material.evaluation, *material.evaluation.get("impossible", ())}
    missing = [name for name in _ASKED if name not in done]
    if not missing:
        return None
    words = ", ".join(_ASKED[name] for name in missing)
    flags = " ".join(f"--{name}" for name in missing) if len(missing) < len(_ASKED) else "--full"
    command = tag("code", f"elbowroom evaluate {material.run.path} {flags}")
    return tag("p", joined(f"Not measured yet: {words}. Measure it with ", command, "."))


def both_sides(material: Material) -> Markup | None:
    """Say how far apart the bounds from both sides are on simulated data."""
    if not (found := material.evaluation.get("bidirectional")):
        return None
    gap, low, high = found["gap"], found["lower"], found["upper"]
    return tag(
        "p",
        f"On {counted(gap['examples'], 'example')} simulated from the model itself, annealing from "
        f"below gives {quantity(low['value'], gap['mc_error'], alone=True)} nats and from above "
        f"{quantity(high['value'], gap['mc_error'], alone=True)}. The gap of "
        f"{quantity(gap['value'], gap['mc_error'])} nats bounds its error there.",
    )
