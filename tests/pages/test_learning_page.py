"""The learning page: its numbers against lib, runs that break off and refusals."""

import json
import re
from urllib.parse import parse_qs

import numpy as np
import plotly.graph_objects as go
import pytest

from lib.changes import change_pictures
from lib.codec import decode_template, encode
from lib.convolution import correlate, find_matches
from lib.diagnosis import diagnose
from lib.judging import best_template, check_answers, learned_answers, mean_squared_errors, separation
from lib.labeller import every_example, labelled_examples, troubled_examples
from lib.learning import ENGINES, steps_to_show, train_many, train_template
from lib.matching import best_value
from lib.templates import TEMPLATES
from lib.ui import predict, trained
from lib.ui.diagnoses import diagnosis
from lib.ui.figures import gallery, strip_figure
from lib.ui.words import number
from tests.sent import html_of, unpacked

LINE = TEMPLATES["vertical line"]
SEED = 50  # the page's default
NAMES = ["vertical line", "horizontal line", "diagonal", "other diagonal", "line, nothing left"]


@pytest.fixture
def open_page(open_page):
    """The page with its question answered and its labeller unfolded; as it opens when `covered`."""

    def opened(name, *, covered=False, **query):
        at = open_page(name, **query)
        if name == "learning" and not covered:
            at.session_state["_settled_learning"] = at.session_state["_labeller"] = True
            at.run()
            assert not at.exception, at.exception
        return at

    return opened


def arrays(chart):
    """The arrays in a chart, in order: the cells of heatmaps, the heights of curves."""
    found = []
    for trace in json.loads(chart.proto.spec)["data"]:
        packed = trace.get("z", trace.get("y"))
        if isinstance(packed, dict):
            found.append(unpacked(packed))
    return found


def next_query(at):
    return {key: values[0] for key, values in parse_qs(at.get("page_link")[-1].proto.query_string).items()}


def hand_run(**settings):
    return train_template(LINE, **{"seed": SEED, "engine": "numpy"} | settings)


def test_the_default_is_the_articles_run(open_page, text_of):
    at = open_page("learning", unfolded=True)
    run = hand_run(steps=1000, learning_rate=0.1)
    answers = separation(run.templates[-1], 0, LINE)
    words = text_of(at)
    assert 500 <= answers.right <= 506  # like the exact optimum's 502
    assert f"Found {answers.found} of 64 lines, missed {answers.misses}, false alarms {answers.false_alarms}." in words
    assert (
        f"Right on {answers.right} of 512 pictures. Always saying no, with nothing learned, is right on 448." in words
    )
    run_in_words = "no bias, seed 50: the mean squared error over all 512 pictures is 0.4353 at the start and 0.0704"
    assert run_in_words in plain(words)
    assert (
        "those have a mean squared error of 0.2083, always answering 0 has 0.125, and the exact optimum 0.0688" in words
    )
    assert not at.warning and not at.error


def plain(words):
    """Without the meanings of terms, and with spaces at which a line may end."""
    return re.sub("<[^>]*>", "", words).replace("\u00a0", " ")


def test_the_charts_show_what_lib_computes(open_page):
    at = open_page("learning", unfolded=True, learn_step=321)
    bar, outputs, optimum = at.get("plotly_chart")
    run = hand_run()
    examples, labels = labelled_examples(LINE, 10, seed=SEED)
    titles = ["yes" if label else "no" for label in labels]
    assert gallery(examples, titles, columns=10, height=110, marks=np.flatnonzero(labels)) in html_of(at)
    answers = separation(run.templates[321], 0, LINE)
    pictures = every_example(LINE)[0]
    groups = [pictures[mask] for mask in (answers.is_found, answers.is_missed, answers.is_false_alarm)]
    assert strip_figure(*groups) in html_of(at)
    assert sum(trace["x"][0] for trace in json.loads(bar.proto.spec)["data"]) == 512
    best = best_template(LINE)[0]
    dots = json.loads(outputs.proto.spec)["data"][0]
    assert sum(unpacked(dots["marker"]["size"])) == 512 and sum(unpacked(dots["marker"]["color"])) == 3
    both = [best, run.templates[321] - best]
    np.testing.assert_allclose(arrays(optimum), both, atol=0.0051)  # cells have two decimals


def film_of(replay):
    """What the browser plays, and its moments one by one."""
    film = json.loads(replay["film"])
    columns = ("step", "template", "example", "label", "mean", "x", "y", *(["bias"] if film["bias"] else []))
    rows = zip(*(film[name] for name in columns), strict=True)
    return film, [dict(zip(columns, row, strict=True)) for row in rows]


@pytest.mark.parametrize("bias", ["false", "true"])
def test_the_replay_shows_the_run(open_page, parts_of, painted_of, bias):
    at = open_page("learning", learn_step=321, learn_bias=bias)
    replay, rest = parts_of(at)["replay"], parts_of(at)["rest"]
    film, moments = film_of(replay)
    run = hand_run(bias=bias == "true")
    errors = mean_squared_errors(run.templates, run.biases, LINE)
    images, labels = labelled_examples(LINE, 1001, seed=SEED)
    steps = [moment["step"] for moment in moments]
    assert steps == sorted(set(steps)) and len(steps) <= 80 and {0, 1, 2, 321, 1000} <= set(steps)
    assert rest["position"] == 321 and rest["name"] == replay["name"]
    assert (replay["rows"], replay["columns"], replay["best"], replay["lines"]) == (3, 3, 3, 2)
    assert painted_of(at)["Labeller"].tolist() == LINE.tolist()
    for moment in moments:
        step = moment["step"]
        np.testing.assert_allclose(moment["template"], run.templates[step].ravel(), atol=1e-4)
        assert moment["mean"] == pytest.approx(errors[step], abs=1e-4)
        assert moment["y"] == pytest.approx(errors[step] / float(film["y_ticks"][-1][0]), abs=1e-4)
        assert moment.get("bias") == (pytest.approx(run.biases[step], abs=1e-4) if bias == "true" else None)
        assert [int(pixel) for pixel in moment["example"]] == images[step].ravel().tolist()  # the one it sees next
        assert moment["label"] == labels[step]
        if step < 1000:
            np.testing.assert_array_equal(images[step], run.images[step])
    assert [words for words, *_ in film["lines"]][1] == "always 0: 0.125"


@pytest.mark.parametrize("step", [1000, 321])
def test_what_gives_the_answer_away_is_covered(open_page, text_of, parts_of, step):
    trouble = {"learn_trouble": "unbalanced examples", "learn_runs": 3, "learn_many": "true"}
    at = open_page("learning", covered=True, unfolded=True, learn_step=step, learn_change="half strength", **trouble)
    assert parts_of(at)["replay"]["lines"] == 1 and "paintable" not in parts_of(at)
    assert len(at.get("plotly_chart")) == 2  # runs to compare, and many learners
    goal = "still ends with 512 of 512 right"  # the challenge's, on every page and for every run: it tells of no count
    assert text_of(at).count(goal) == 1
    assert not re.search(r"\b(448|64|0\.125|12\.5|\d+ of 512)\b", text_of(at).replace(goal, ""))
    covers = [button for button in at.button if button.label.startswith("Show the count")]
    covers[0].click().run()
    assert parts_of(at)["replay"]["lines"] == 2 and len(at.get("plotly_chart")) == 6
    assert "always no: 448" in at.get("plotly_chart")[0].proto.spec


def test_what_was_there_before_is_not_computed_again(open_page, monkeypatch):
    steps = (321, 1000, 0)
    for step in steps:
        open_page("learning", learn_step=step)
    for work in ("train_template", "separation", "film", "best_template", "mean_squared_errors"):
        monkeypatch.setattr(trained, work, None)
    for step in steps:
        open_page("learning", learn_step=step)


def test_a_replay_is_light(open_page, parts_of):
    assert len(json.dumps(parts_of(open_page("learning", learn_bias="true", learn_step=321))["replay"])) < 12_000


def test_up_to_three_runs_are_compared(open_page, text_of):
    at = open_page("learning", unfolded=True, learn_runs="3", learn_rate_2="0.5", learn_seed_3="7")
    compared = next(chart for chart in at.get("plotly_chart") if "of each run" in chart.proto.alt)
    runs = [hand_run(), hand_run(learning_rate=0.5), hand_run(learning_rate=0.5, seed=7)]
    curves = arrays(compared)
    assert len(curves) == 3
    for curve, run in zip(curves, runs, strict=True):
        np.testing.assert_allclose(
            curve, mean_squared_errors(run.templates, run.biases, LINE)[steps_to_show(1000)], rtol=1e-3
        )
    names = [trace["name"] for trace in json.loads(compared.proto.spec)["data"]]
    assert names == ["1: step size 0.1, seed 50", "2: step size 0.5, seed 50", "3: step size 0.5, seed 7"]
    assert not [slider for slider in open_page("learning", unfolded=True).slider if slider.key == "learn_seed_2"]


def test_moving_the_slider_moves_the_replay(open_page, text_of, parts_of):
    at = open_page("learning")
    at.slider(key="learn_step").set_value(10).run()
    assert "after step 10." in plain(text_of(at))
    assert parts_of(at)["rest"]["position"] == 10


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_learned(open_page, text_of, name):
    oracle = TEMPLATES[name]
    answers = separation(train_template(oracle, seed=3).templates[-1], 0, oracle)
    n_yes = int(every_example(oracle)[1].sum())
    words = text_of(open_page("learning", learn_template=name, learn_seed=3))
    assert f"It says yes to {n_yes} of all 512 pictures." in words
    assert f"Found {answers.found} of {n_yes} lines, missed {answers.misses}" in words
    assert f"Always saying no, with nothing learned, is right on {512 - n_yes}." in words


@pytest.mark.parametrize("text", ["0,1,0;0,1,0;0,1,0", "0,0.5,0;0,0.5,0;0,-2,0", "vertical edges"])
def test_a_template_of_ones_own(open_page, text_of, text):
    """Numbers as text, and a name that only other pages offer."""
    oracle = TEMPLATES[text] if text in TEMPLATES else decode_template(text)
    words = text_of(open_page("learning", learn_template=text))
    assert f"It says yes to {int(every_example(oracle)[1].sum())} of all 512 pictures." in words
    assert "patterns, missed" in words and "cannot be read" not in words
    assert "Labeller: your own rule. Step size 0.1" in plain(words) or text == "0,1,0;0,1,0;0,1,0"


def test_with_a_bias_the_optimum_is_the_pattern(open_page, text_of):
    at = open_page("learning", unfolded=True, learn_bias="true", learn_rate="0.05")
    best = arrays(at.get("plotly_chart")[-1])[0]
    np.testing.assert_allclose(best, 0.75 * LINE, atol=1e-12)
    words = text_of(at)
    run = hand_run(bias=True, learning_rate=0.05)
    assert f"The optimum's bias is −0.25, the learned one −{abs(run.biases[-1]):.4f}".rstrip("0") in words
    assert "with a bias, seed 50:" in plain(words)
    assert "Found 64 of 64 lines, missed 0, false alarms 0." in words


def test_the_run_by_hand_is_shown_and_pytorch_finds_the_same(open_page, text_of):
    by_hand, torch = (open_page("learning", unfolded=True, learn_engine=name) for name in ("by hand", "PyTorch"))
    assert text_of(open_page("learning", unfolded=True)) == text_of(by_hand)
    assert "PyTorch finds the very same gradients by **autograd**: choose it above" in text_of(by_hand)
    difference = re.search(r"at most \*\*([\de.-]+)\*\* in any weight after any step", text_of(torch))[1]
    assert 0 <= float(difference) < 1e-5
    words = [[line for line in text_of(at).splitlines() if "autograd" not in line] for at in (by_hand, torch)]
    assert words[0] == words[1]  # numbers of four decimals
    shown = torch.code[-1].value
    assert shown.startswith("# lib/learning.py\ndef train_with_torch") and "def train_with_numpy" in shown


def test_pytorch_runs_only_when_asked_for(open_page, monkeypatch):
    """A workshop that moves sliders pays 3 ms a run, not a second."""

    def never(*_):
        raise AssertionError("nobody has chosen PyTorch")

    monkeypatch.setitem(ENGINES, "torch", never)
    open_page("learning", unfolded=True, learn_rate="0.03", learn_seed=98, learn_bias="true", learn_runs=2)
    open_page("learning", learn_seed=97, learn_engine="PyTorch")  # its choice is in a closed “Go deeper”


def test_the_sum_is_that_of_a_pencil(open_page, text_of):
    """What a template gives is divided by 3, and the page says so; the next page's threshold is that times 3."""
    at = open_page("learning")
    assert "sum is divided by 3, the labeller's best sum" in text_of(at)
    shown = re.search(r"\*\*([\d.]+)\*\* gets the most pictures right", text_of(at))[1]
    assert float(next_query(at)["conv_value"]) == round(3 * float(shown), 4)


@pytest.mark.parametrize("change", ["half strength", "inverted", "shifted", "noise"])
def test_changed_pictures_keep_labels_and_threshold(open_page, text_of, change):
    at = open_page("learning", learn_change=change, learn_bias="true")
    pictures, labels = every_example(LINE)
    run = hand_run(bias=True)
    now = separation(run.templates[-1], run.biases[-1], LINE)
    changed = change_pictures(pictures, change, seed=SEED)
    then = check_answers(run.templates[-1], run.biases[-1], now.threshold, changed, labels, LINE)
    assert then.found < now.found / 2  # the article's conclusion
    words = text_of(at)
    assert f"Found {then.found} of 64 lines, missed {then.misses}, false alarms {then.false_alarms}." in words
    assert f"it finds **{then.found}** instead of {now.found} of the 64" in words
    assert f"**{then.false_alarms}** false alarms" in words and f"right on **{then.right}** of 512" in words
    if change == "half strength":
        assert (then.found, then.right) == (0, 448)
    if change == "inverted":
        assert (then.found, then.false_alarms) == (0, 64)
    assert len(at.get("plotly_chart")) == 1


@pytest.mark.parametrize("rate", ["2", "5", "20"])
@pytest.mark.parametrize("bias", ["false", "true"])
def test_a_run_that_breaks_off_says_where_and_why(open_page, text_of, parts_of, rate, bias):
    run = hand_run(learning_rate=float(rate), bias=bias == "true")
    last = len(run.templates) - 1
    at = open_page("learning", unfolded=True, learn_rate=rate, learn_bias=bias)
    assert f"broke off at step {run.diverged_at}: the step size of {rate} is too large" in plain(at.warning[0].value)
    replay = parts_of(at)["replay"]
    _, film = film_of(replay)
    assert film[-1]["step"] == last == parts_of(at)["rest"]["position"]
    np.testing.assert_allclose(film[-1]["template"], run.templates[last].ravel(), rtol=1e-3)
    heights = [moment["y"] for moment in film]
    assert all(0 <= height <= 1 for height in heights)
    means = np.log10([moment["mean"] for moment in film])  # equal factors, equal distances
    np.testing.assert_allclose(np.diff(heights) * np.ptp(means), np.diff(means) * np.ptp(heights), atol=1e-3)
    everything = [chart.proto.spec for chart in at.get("plotly_chart")] + [json.dumps(replay)]
    assert not re.search("NaN|Infinity", "".join(everything))
    assert not re.search(r"\bnan\b|\binf\b", text_of(at))


def test_the_tiniest_labeller_breaks_off_at_once(open_page, parts_of):
    at = open_page(
        "learning", unfolded=True, learn_template="0.0001,0,0;0,0,0;0,0,0", learn_rate="20", learn_change="noise"
    )
    assert "broke off at step 1:" in plain(at.warning[0].value)
    assert "NaN" not in json.dumps(parts_of(at)["replay"])
    assert not re.search("NaN|Infinity|null", "".join(chart.proto.spec for chart in at.get("plotly_chart")))
    assert next_query(at)["conv_template"] == "0.0001,0,0;0,0,0;0,0,0"  # the learned one is too large for a link


def test_a_finer_step_size_brings_the_step_back(open_page, text_of):
    at = open_page("learning", learn_rate="20")
    at.select_slider(key="learn_rate").set_value(0.1).run()
    assert "after step 1000." in plain(text_of(at)) and not at.warning


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("line, nothing beside", "says yes to 1 of all 512 pictures: too few to learn from, it takes at least 8"),
        ("1,1,1;1,1,1;1,0,0", "says yes to 4 of all 512 pictures"),
        ("0,0,0;0,0,0;0,0,0", "at least one of them above 0"),
        ("-1,0,0;0,0,0;0,0,0", "at least one of them above 0"),
    ],
)
def test_a_labeller_that_cannot_teach_is_refused_and_the_vertical_line_teaches(
    open_page, text_of, painted_of, text, reason
):
    at = open_page("learning", learn_template=text, learn_rate="0.5")
    assert reason in at.error[0].value and "the vertical line teaches" in at.error[0].value
    usual = open_page("learning", learn_rate="0.5")
    words, others = (set(text_of(page).splitlines()) for page in (at, usual))
    assert not others - words  # nothing else is lost, nor another page
    np.testing.assert_array_equal(
        painted_of(at)["Labeller"], TEMPLATES[text] if text in TEMPLATES else decode_template(text)
    )
    assert at.text_input(key="learn_template").value == text  # to be painted on


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"learn_step": "1001"}, "after step 1000."),
        ({"learn_step": "12.5"}, "after step"),
        ({"learn_seed": "100"}, "Found 57 of 64"),
        ({"learn_rate": "0.15"}, "Found 57 of 64"),
        ({"learn_rate": "1.0"}, "Found 57 of 64"),
        ({"learn_engine": "cuda"}, "Found 57 of 64"),
        ({"learn_change": "HALF STRENGTH"}, "Found 57 of 64"),
        ({"learn_trouble": "WRONG LABELS"}, "Found 57 of 64"),
        ({"learn_many": "yes"}, "Found 57 of 64"),
        ({"learn_template": "0,1,0;0,1,0"}, "this page needs 3 rows of 3 weights"),
        ({"learn_template": "tall line"}, "cannot be read"),
        ({"learn_rate": "20", "learn_step": "500"}, "after step 3."),
    ],
)
def test_off_step_and_out_of_range(open_page, text_of, query, words):
    at = open_page("learning", **query)
    assert len(at.get("plotly_chart")) == 1
    assert words in plain(text_of(at))


@pytest.mark.parametrize("rate", ["0.001", "0.003", "0.01", "0.03", "0.05", "0.1", "0.2", "0.5", "1"])
def test_every_offered_rate_comes_through_a_link(open_page, text_of, rate):
    at = open_page("learning", learn_rate=rate)
    error = mean_squared_errors(*(lambda run: (run.templates, run.biases))(hand_run(learning_rate=float(rate))), LINE)[
        -1
    ]
    assert at.select_slider(key="learn_rate").value == float(rate)
    assert f"and {round(error, 4):.4f}".rstrip("0") + " after step 1000" in plain(text_of(at))


CASES = [
    (name, rate, seed, step, bias)
    for name, rate, seed in [(NAMES[0], "0.1", 50), (NAMES[1], "0.5", 1), (NAMES[2], "0.05", 2), (NAMES[4], "0.2", 3)]
    for step, bias in [(0, "false"), (40, "false"), (1000, "false"), (40, "true"), (1000, "true")]
]


@pytest.mark.parametrize(("name", "rate", "seed", "step", "bias"), CASES)
def test_the_next_page_finds_the_same(open_page, name, rate, seed, step, bias):
    """On every window of a random picture, the convolution page says yes where this page does."""
    query = next_query(open_page("learning", learn_template=name, learn_rate=rate, learn_seed=seed, learn_step=step,
                                 learn_bias=bias))  # fmt: skip
    oracle = TEMPLATES[name]
    run = train_template(oracle, learning_rate=float(rate), seed=seed, bias=bias == "true", engine="numpy")
    assert query["conv_template"] == encode(run.templates[step])
    answers = separation(run.templates[step], run.biases[step], oracle)
    exact = (answers.threshold - run.biases[step]) * best_value(oracle)
    assert float(query["conv_value"]) == pytest.approx(exact, abs=2e-3)
    picture = np.random.default_rng(seed).integers(0, 2, (60, 60))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    numbers = windows @ (1 << np.arange(8, -1, -1))  # picture number i holds the bits of i
    assert len(set(numbers)) > 500
    yes = (answers.is_found | answers.is_false_alarm)[numbers].reshape(58, 58)
    matches = find_matches(correlate(picture, decode_template(query["conv_template"])), float(query["conv_value"]))
    np.testing.assert_array_equal(matches, np.argwhere(yes))


def test_the_learned_template_finds_every_planted_line(open_page, text_of, monkeypatch):
    """Without a bias also the line's ends, two pixels with black around them; with one, nothing else."""
    monkeypatch.setattr(predict, "is_settled", lambda name: True)  # else what it finds is covered
    rest = {"conv_picture": "planted lines", "conv_padding": "1"}  # a link that carries any key resets the others
    for bias, ends in (("false", 6), ("true", 0)):
        query = next_query(open_page("learning", learn_bias=bias))
        assert rest.items() <= query.items()
        words = text_of(open_page("convolution", **query))
        assert "cannot be read" not in words
        assert f"sums reach **{number(float(query['conv_value']))}**" in words
        assert f"Found 6 of 6 lines, missed 0, false alarms {ends}." in words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            {"learn_bias": "true"},
            "You are at 512 of 512 after step 1000, with a bias. A larger step size gets there too",
        ),
        ({"learn_bias": "true", "learn_seed": 52}, "Not every seed gets there."),
        ({"learn_seed": 40}, "after step 1000, without a bias."),
        ({"learn_step": 7}, "It counts after step 1000."),
    ],
)
def test_the_challenge_says_where_one_is_once_the_question_is_answered(open_page, text_of, query, words):
    assert words in plain(text_of(open_page("learning", **query)))
    assert words not in plain(text_of(open_page("learning", covered=True, **query)))


def test_no_option_gives_itself_away(open_page):
    """The answer is neither the only round number nor always the largest."""
    for query in ({}, {"learn_seed": 2}, {"learn_template": "0,0,0;0,1,0;0,0,0"}):
        at = open_page("learning", covered=True, **query)
        options = at.button_group(key="_guess_learning").options[:-1]
        numbers = [int(option) for option in options]
        assert len(numbers) == 4 and numbers == sorted(numbers) and max(numbers) <= 512
        at.button_group(key="_guess_learning").set_value(numbers[2]).run()
        assert at.success


def test_plotly_accepts_every_chart(open_page):
    """`Ready` in lib/ui/page.py sends them unchecked."""
    for rate in ("0.1", "5"):
        for chart in open_page("learning", unfolded=True, learn_change="shifted", learn_rate=rate).get("plotly_chart"):
            go.Figure(json.loads(chart.proto.spec))  # ValueError for a property plotly does not know


def test_the_page_is_light(open_page):
    charts = open_page("learning", learn_change="noise").get("plotly_chart")
    assert sum(len(chart.proto.spec) for chart in charts) < 45_000  # of 60 kB for the whole page
    assert all(chart.proto.alt for chart in charts)
    assert len({chart.proto.alt for chart in charts}) == len(charts)


# Deeper


WITHOUT = "that of **0.6** where the labeller has 1, **−0.15** where it has 0"
WITH = "that of **0.75** where the labeller has 1, **0** where it has 0, and a bias of **−0.25**"
THRESHOLD = "The best threshold for its outputs, 0.375, gets"
OPTIMA = [
    ("false", f"Without a bias, the smallest possible error is {WITHOUT}. {THRESHOLD} **502 of 512** pictures right. "
              f"With a bias, it is {WITH}, and 512 are right.", 10),
    ("true", f"With a bias, the smallest possible error is {WITH}. {THRESHOLD} **512 of 512** pictures right. "
             f"Without a bias, it is {WITHOUT}, and 502 are right.", 0),
]  # fmt: skip


@pytest.mark.parametrize(("bias", "words", "wrong"), OPTIMA)
def test_the_switch_of_the_bias_shows_both_optima(open_page, text_of, bias, words, wrong):
    at = open_page("learning", unfolded=True, learn_bias=bias)
    assert words in text_of(at)
    chart = next(chart for chart in at.get("plotly_chart") if "a larger dot is more" in chart.proto.alt)
    dots = json.loads(chart.proto.spec)["data"][0]
    counts, red = unpacked(dots["marker"]["size"]), unpacked(dots["marker"]["color"])
    assert (counts.sum(), counts[red == 1].sum()) == (512, wrong)
    assert (f"Red are the {wrong} on the wrong side" in chart.proto.alt) == (wrong > 0)
    assert len(chart.proto.spec) < 3000


def test_squared_error_chases_the_labels_only_where_it_does(open_page, text_of):
    words = text_of(open_page("learning", unfolded=True))
    assert "The labeller's weights do worse than nothing, and yet with a threshold they get 512 of 512 right" in words
    own = text_of(
        open_page("learning", unfolded=True, learn_template="0,0,0;0,1,0;0,0,0")
    )  # its weights are the optimum
    assert "Here, the labeller's weights are the best for that too." in own and "worse than nothing" not in own
    two = text_of(open_page("learning", unfolded=True, learn_template="0,0,0;0,1,0;0,1,0"))
    drawn, nothing = mean_squared_errors([[[0, 0, 0], [0, 1, 0], [0, 1, 0]], np.zeros((3, 3))], [0, 0],
                                         [[0, 0, 0], [0, 1, 0], [0, 1, 0]])  # fmt: skip
    assert drawn < nothing and "weights are not the best for that, and yet" in two


def test_an_optimum_follows_the_signs_of_the_labeller(open_page, text_of):
    oracle = np.array([[1, 0.5, 0.25], [0, -0.5, 0], [0, 0, 0]])
    words = text_of(open_page("learning", unfolded=True, learn_template=encode(oracle)))
    for bias in (False, True):
        best, offset = best_template(oracle, bias=bias)
        for sign in (1, -1, 0):
            assert np.ptp(best[np.sign(oracle) == sign]) < 1e-9
        above, below, rest = (number(weight.round(9)) for weight in (best[0, 0], best[1, 1], best[2, 2]))
        parts = f"**{above}** where the labeller is above 0, **{below}** where it has −0.5, **{rest}** where it has 0"
        assert parts + (f", and a bias of **{number(offset)}**" if bias else ".") in words


def test_many_learners_are_drawn_around_the_optimum(open_page, text_of):
    at = open_page("learning", unfolded=True, learn_many="true", learn_bias="true")
    chart = next(chart for chart in at.get("plotly_chart") if "256 learners" in chart.proto.alt)
    many = train_many(LINE, bias=True)
    counts = arrays(chart)
    assert len(counts) == 9 and all(count.sum() == 256 for count in counts)
    titles = [note["text"] for note in json.loads(chart.proto.spec)["layout"]["annotations"]]
    for title, weights in zip(titles, many.templates.reshape(256, 9).T, strict=True):
        mean, spread = (float(part.replace("−", "-")) for part in title.split(" ± "))
        assert (mean, spread) == (pytest.approx(weights.mean(), abs=0.006), pytest.approx(weights.std(), abs=0.006))
    assert f"typically **{number(many.templates.std(axis=0).mean())}**" in text_of(at)
    assert "def train_batch" in at.code[-1].value


@pytest.mark.parametrize(("rate", "n"), [("2", 256), ("20", 256)])
def test_many_learners_that_ran_away_are_told_not_drawn(open_page, text_of, rate, n):
    at = open_page("learning", unfolded=True, learn_many="true", learn_rate=rate)
    assert any(
        f"{n} of the 256 learners broke off: the step size of {rate} is too large" in w.value for w in at.warning
    )
    assert not any("256 learners" in chart.proto.alt for chart in at.get("plotly_chart"))


TROUBLES = {
    "step size too large": ({}, {"learning_rate": 5}, "It broke off at step 12"),
    "step size too small": ({}, {"learning_rate": 0.001}, "% of the way from its start"),
    "too few examples": ({"n": 8}, {}, "It saw only 8 different pictures"),
    "wrong labels": ({"wrong": 0.3}, {}, "302 of its 1,000 labels are wrong. They pull the outputs together"),
    "unbalanced examples": ({"positives": 0.3}, {}, "29.5 % of its examples are yes, of all pictures 12.5 %"),
}


@pytest.mark.parametrize("bias", ["false", "true"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_trouble_is_drawn_counted_and_diagnosed(open_page, text_of, trouble, bias):
    examples, settings, some = TROUBLES[trouble]
    drawn = troubled_examples(LINE, **{"n": 1000, "seed": SEED} | examples)
    run = hand_run(examples=drawn, bias=bias == "true", **settings)
    healthy = learned_answers(hand_run(bias=bias == "true"), LINE)
    answers = learned_answers(run, LINE)
    at = open_page("learning", unfolded=True, learn_trouble=trouble, learn_bias=bias)
    words = text_of(at)
    assert f"**{diagnosis(diagnose(run, LINE, bias=bias == 'true'))}**".replace("\u00a0", " ") in words
    if bias == "false":
        assert some in words
    for word, field in (("found", "found"), ("missed", "misses"), ("false alarms", "false_alarms"), ("right", "right")):
        assert f"| {word} | {getattr(healthy, field)} | {getattr(answers, field)} |" in words
    chart = next(chart for chart in at.get("plotly_chart") if "with the trouble" in chart.proto.alt)
    errors = mean_squared_errors(run.templates, run.biases, LINE)[steps_to_show(len(run.losses))]
    np.testing.assert_allclose(arrays(chart)[1], errors, rtol=1e-5)
    names = [trace["name"] for trace in json.loads(chart.proto.spec)["data"]]
    assert names == ["your run", trouble, "smallest possible"]
    assert bool([slider for slider in at.slider if slider.key == "learn_share"]) == ("of 100" in trouble_label(at))
    assert "def troubled_examples" in at.code[-1].value


def trouble_label(at):
    return " ".join(slider.label for slider in at.slider)


def test_the_share_is_in_the_link_and_outlives_another_trouble(open_page, text_of):
    at = open_page("learning", unfolded=True, learn_trouble="wrong labels", learn_share="100", learn_bias="true")
    assert "1,000 of its 1,000 labels are wrong. They turn it around" in text_of(at)
    at.selectbox(key="learn_trouble").set_value("unbalanced examples").run()
    assert not at.exception and at.slider(key="learn_share").value in (100, 30)
    at = open_page("learning", unfolded=True, learn_trouble="unbalanced examples", learn_share="100")
    words = text_of(at)
    assert "it says yes to all 512 pictures, and is right on 64." in words
    assert "| found | 56 | 64 |" in words and "| right | 502 | 64 |" in words
    assert "that of for instance **1** where the labeller has 1, **0** where it has 0." in words
    at = open_page("learning", unfolded=True, learn_trouble="unbalanced examples", learn_share="90")
    best = best_template(LINE, positives=0.9)[0]
    assert f"**{number(best[0, 1])}** where the labeller has 1, **{number(best[0, 0])}**" in text_of(at)


def test_a_run_that_is_in_trouble_already_is_drawn_too(open_page, text_of):
    at = open_page("learning", unfolded=True, learn_rate="20", learn_trouble="wrong labels", learn_many="true")
    assert "**It broke off at step" in text_of(at)
    assert not re.search("NaN|Infinity", "".join(chart.proto.spec for chart in at.get("plotly_chart")))
    at = open_page(
        "learning", unfolded=True, learn_template="0.0001,0,0;0,0,0;0,0,0", learn_trouble="step size too small"
    )
    assert not re.search(r"\b(nan|inf)\b", text_of(at))


@pytest.mark.parametrize(
    "view",
    [{}, {"learn_many": "true"}, {"learn_runs": "3"}, *({"learn_trouble": trouble} for trouble in TROUBLES)],
    ids=str,
)
@pytest.mark.parametrize("name", ["vertical line", "1,0.31,-0.27;0,-0.72,-0.51;0,0,0.13"])
def test_every_view_is_light(open_page, text_of, parts_of, view, name):
    at = open_page("learning", unfolded=True, learn_template=name, **view)
    charts = at.get("plotly_chart")
    assert len(charts) == 3 + len(view)
    bytes_ = sum(len(chart.proto.spec) + 2 * len(chart.proto.alt) for chart in charts) + len(text_of(at).encode())
    bytes_ += len(json.dumps(parts_of(at))) + sum(len(code.value) for code in at.code)
    assert bytes_ < 60_000
    for chart in charts:
        go.Figure(json.loads(chart.proto.spec))  # `Ready` in lib/ui/page.py sends them unchecked
