"""The examples of both tasks: the digits are scikit-learn's, the lines are planted, and a fifth is held back."""

import zipfile

import numpy as np
import pytest

from lib.convolution import correlate
from lib.tasks import DIGITS, TASKS, examples

both_tasks = pytest.mark.parametrize("task", TASKS)


def test_the_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    digits = load_digits()
    with np.load(DIGITS) as file:
        assert file["images"].dtype == file["labels"].dtype == np.uint8
        np.testing.assert_array_equal(file["images"], digits.images)
        np.testing.assert_array_equal(file["labels"], digits.target)
    assert {member.compress_type for member in zipfile.ZipFile(DIGITS).infolist()} == {zipfile.ZIP_DEFLATED}
    assert "CC BY 4.0" in (DIGITS.parent / "README.md").read_text("utf-8")


def test_training_and_held_out_digits_are_all_digits():
    parts = examples("digits")
    with np.load(DIGITS) as file:
        everything = sorted((file["labels"][i], (file["images"][i] / 16).tobytes()) for i in range(1797))
    found = [*zip(parts.train_images, parts.train_labels, strict=True)]
    found += zip(parts.test_images, parts.test_labels, strict=True)
    assert sorted((label, image.astype(float).tobytes()) for image, label in found) == everything


@both_tasks
def test_a_fifth_of_every_answer_is_held_out_and_never_seen_in_training(task):
    parts = examples(task)
    assert parts is examples(task)
    shown, held_out = ({image.tobytes() for image in images} for images in (parts.train_images, parts.test_images))
    assert (len(shown), len(held_out)) == (len(parts.train_labels), len(parts.test_labels))  # no picture twice
    assert shown.isdisjoint(held_out)
    n_answers = len(TASKS[task].answers)
    n_shown, n_held_out = (
        np.bincount(labels, minlength=n_answers) for labels in (parts.train_labels, parts.test_labels)
    )
    np.testing.assert_array_equal(n_held_out, np.round((n_shown + n_held_out) / 5))
    for images, labels in [(parts.train_images, parts.train_labels), (parts.test_images, parts.test_labels)]:
        assert (images.dtype, labels.dtype, images.shape[1:]) == (np.float32, np.int64, TASKS[task].shape)
        assert (images.min(), images.max(), labels.min(), labels.max()) == (0, 1, 0, n_answers - 1)
        assert not images.flags.writeable and not labels.flags.writeable


def test_every_lines_picture_has_its_line_and_little_noise():
    parts = examples("lines")
    patterns = [np.ones((5, 1)), np.ones((1, 5)), np.eye(5), np.eye(5)[::-1]]
    best = np.array([[correlate(image, pattern).max() for pattern in patterns] for image in parts.train_images[:400]])
    labels = parts.train_labels[:400]
    assert (best[np.arange(400), labels] == 5).all()
    assert (best == 5).sum() < 404  # hardly ever another line as well
    noise = (parts.train_images.sum(axis=(1, 2)) - 5) / (121 - 5)
    assert noise.mean() == pytest.approx(0.03, abs=0.002)


def test_an_unknown_task_is_named():
    with pytest.raises(ValueError, match="lines, digits, got 'cats'"):
        examples("cats")
