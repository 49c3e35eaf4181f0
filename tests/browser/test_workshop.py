"""A leader collects views from Share, writes a task, orders, saves, loads and previews; two tabs; no storage."""

import json

import pytest
from playwright.sync_api import expect

KEPT = "Object.entries(localStorage).find(([name]) => name.startsWith('glass-box-course'))?.[1] ?? ''"
NO_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no storage here') } })"


@pytest.fixture
def leader(visit, settle):
    """What a leader does, in a browser context that nobody else has used."""
    return Leader(visit, settle)


class Leader:
    def __init__(self, visit, settle):
        self.visit, self.settle = visit, settle

    def open(self, path, **options):
        self.page = self.visit(path, **({"locale": "de-DE"} | options))
        return self

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name).first.click()
        self.settle(self.page)
        return self

    def change(self, key):
        self.page.locator(f".st-key-workshop_{key} button").click()
        self.settle(self.page)
        return self

    def add(self):
        self.press("Share").press("Add to my course")
        return self

    def steps(self):
        return self.page.get_by_role("radio").locator("xpath=ancestor::label").all_inner_texts()

    def until_steps(self, n):
        expect(self.page.get_by_role("radio")).to_have_count(n)
        self.settle(self.page)
        return self

    def course(self):
        """What the browser keeps, once it is what the page shows."""
        return json.loads(self.page.evaluate(KEPT) or "null")


def test_a_leader_prepares_a_workshop(leader, tmp_path):
    leader.open("/convolution?conv_stride=2").add()
    page = leader.page
    expect(page.get_by_text("Added: this view is step 1 of your course.")).to_be_visible()
    page.keyboard.press("Escape")
    leader.press("Images", role="link").press("16", role="radio").add()
    leader.press("Prepare a workshop (2 steps)", role="link").until_steps(2)
    task = page.get_by_role("textbox", name="Task")
    task.fill("Paint *here*: 1 < 2.")
    leader.change("up")
    page.wait_for_function(f"({KEPT}).includes('Paint')")
    assert leader.course()["lessons"] == [
        {"link": "images?image_side=16", "task": "Paint *here*: 1 < 2."},
        {"link": "convolution?conv_stride=2"},
    ]
    page.reload()
    leader.until_steps(2)
    assert leader.steps() == ["1. Images: Paint *here*: 1 < 2.", "2. Convolution: no task yet"]
    with page.expect_download() as download:
        leader.press("Save as a file")
    saved = tmp_path / "saved.json"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "my-workshop.json"
    assert json.loads(saved.read_text("utf-8")) == leader.course()
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    page.get_by_text("Take another course").click()
    page.locator("input[type=file]").set_input_files(broken)
    expect(page.get_by_text("This is no JSON. Your course is as it was.")).to_be_visible()
    leader.settle(page)
    assert len(leader.steps()) == 2
    leader.press("Preview", role="link")
    assert page.url.endswith("/images?course=mine&step=1&image_side=16")
    expect(page.get_by_text("Paint *here*: 1 < 2.")).to_be_visible()
    page.reload()  # a new session, which the browser tells what it kept
    expect(page.get_by_text("Paint *here*: 1 < 2.")).to_be_visible()


def test_the_later_change_of_two_tabs_wins_and_is_said(leader, settle):
    one = leader.open("/workshop", locale="fr-FR").press("Forty minutes").until_steps(10).page
    two = leader.open("/workshop", locale="fr-FR").until_steps(10).change("remove").until_steps(9).page
    expect(one.get_by_text("changed in another tab")).to_be_visible()
    expect(one.get_by_role("radio")).to_have_count(9)
    settle(one)
    one.get_by_role("button", name="Undo: change in another tab").click()
    expect(two.get_by_role("radio")).to_have_count(10)


def test_without_storage_it_works_and_says_that_a_reload_loses_it(leader):
    leader.open("/workshop", before=lambda page: page.add_init_script(NO_STORAGE)).press("The article").until_steps(8)
    expect(leader.page.get_by_text("a reload loses the course")).to_be_visible()
    leader.change("remove").until_steps(7)
