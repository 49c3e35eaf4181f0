"""What went wrong, in sentences: for a run of the learning page, and for a labeller nothing can be learned from."""

import math

import numpy as np

from lib.diagnosis import Finding
from lib.labeller import RAREST_YES, check_oracle, every_example
from lib.ui.words import counted, percent, roughly  # noqa: TID251


def cannot_teach(oracle: np.ndarray) -> str | None:
    """Why nothing can be learned from this labeller, for the person who paints it; None where it can be.

    >>> cannot_teach(np.ones((3, 3)))
    'This labeller says yes to 1 of all 512 pictures: too few to learn from, it takes at least 8.'
    """
    if not (oracle > 0).any():
        return "Paint the labeller's weights, at least one of them above 0: a press takes a weight through −1, 0 and 1."
    try:
        check_oracle(oracle)
    except ValueError:
        n, n_yes = len(labels := every_example(oracle)[1]), int(labels.sum())
        return (
            f"This labeller says yes to {n_yes:,} of all {n:,} pictures: too few to learn from, it takes at least "
            f"{math.ceil(n * RAREST_YES):,}."
        )
    return None


def diagnosis(finding: Finding) -> str:
    """A plain sentence or two on what `lib.diagnosis.diagnose` found.

    >>> diagnosis(Finding("healthy", {"error": 0.07, "floor": 0.06875}))
    'Nothing is wrong: its error of 0.07 is close to 0.0688, the smallest possible.'
    """
    return SENTENCES[finding.kind](**finding.numbers)


def runaway(step, largest):
    return (
        f"It broke off at step {step:,}: each step overshoots further than the error it corrects, and the largest "
        f"weight has grown to {roughly(largest)}."
    )


def few_images(n_seen, n_yes, n_weights, own_right, right, n):
    return (
        f"It saw only {counted(n_seen, 'different picture')}, {n_yes} of them yes. They settle at most {n_seen} of the "
        f"{n_weights} numbers it learns; nobody taught the rest, which is as the random start left it. It is right on "
        f"{own_right} of its own {n_seen}, but only on {right} of all {n:,}."
    )


def wrong_labels(n_wrong, n_labels, gap, best_gap):
    if abs(gap) < 0.1 * best_gap:
        effect = "leave next to nothing of the pattern"
    elif gap < 0:
        effect = "turn it around"
    else:
        effect = "pull the outputs together" if gap < 0.9 * best_gap else "did little here"
    way = f"{roughly(abs(gap))} {'less' if gap < 0 else 'more'}"
    return (
        f"{n_wrong:,} of its {n_labels:,} labels are wrong. They {effect}: on average, a yes picture gets {way} than a "
        f"no, where the best template gives it {roughly(best_gap)} more."
    )


def one_label(label, right, n):
    only, other = ("yes", "no") if label else ("no", "yes")
    return (
        f"All of its examples are {only}, so nothing ever taught it to say {other}: it says {only} to all {n:,} "
        f"pictures, and is right on {right:,}."
    )


def unbalanced(share, usual, says_yes, n_yes, missed, false_alarms):
    return (
        f"{roughly(100 * share)} % of its examples are yes, of all pictures {roughly(100 * usual)} %. It says yes to "
        f"{says_yes:,} pictures where {n_yes:,} are: {missed:,} missed, {false_alarms:,} false alarms."
    )


def far_away(n_steps, error, above):
    return f"After {n_steps:,} steps its error is {roughly(error)}, still {roughly(above)} above the smallest"


def restless(**told):
    return f"{far_away(**told)}: its steps are too large to come to rest, so it jumps about the best weights."


def no_better(**told):
    return f"{far_away(**told)}, and no smaller than at the start."


def slow(way, **told):
    come = f"it has come {percent(way, decimals=0)} of the way from its start"
    return f"{far_away(**told)}: {come}. With steps this small, it takes many more."


def healthy(error, floor):
    return f"Nothing is wrong: its error of {roughly(error)} is close to {roughly(floor)}, the smallest possible."


SENTENCES = {
    "runaway": runaway,
    "few images": few_images,
    "wrong labels": wrong_labels,
    "one label": one_label,
    "unbalanced": unbalanced,
    "restless": restless,
    "no better": no_better,
    "slow": slow,
    "healthy": healthy,
}
