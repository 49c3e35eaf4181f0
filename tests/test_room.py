"""Rooms: codes, rights, answers that are counted once, and what strangers can do to them: nothing."""

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lib import rooms
from lib.courses import Course, Lesson
from lib.room import MOST_PEOPLE, Bucket, Question, Room, RoomError
from lib.rooms import LETTERS, LIFE, Rooms, code_of

COURSE = Course("One", (Lesson("images"), Lesson("convolution", closed=True), Lesson("start")))
SIZE = Question("How large?", ("3 × 3", "5 × 5", "9 × 9"), "9 × 9")
OTHER = Question("How large?", ("3 × 3", "5 × 5", "9 × 9"), "5 × 5")
SECRET = "s" * 32


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(clock):
    """Without the slow digest."""
    return Room("KXPTM", SECRET, COURSE, clock)


@pytest.fixture
def leader(room):
    leader = room.leader(SECRET)
    leader.ask(2, SIZE)
    return leader


def person(n):
    return f"participant {n}"


# ---- codes and secrets ----


def test_a_code_has_five_letters_that_follow_from_the_secret():
    codes = {code_of(f"secret {n}") for n in range(8)}
    assert len(codes) == 8 and all(len(code) == 5 and {*code} <= {*LETTERS} for code in codes)
    assert code_of("secret 3") == code_of("secret 3")
    assert not {*LETTERS} & {*"AEIOU0125QLV"}


def test_a_new_room_is_found_by_its_code_and_opened_again_by_its_secret():
    rooms = Rooms()
    secret, room = rooms.new(COURSE)
    assert rooms.find(room.code) is room is rooms.reopen(secret, COURSE)
    assert rooms.find("BBBBB") is None and len(secret) == 32
    after_a_restart = Rooms().reopen(secret, COURSE)
    assert after_a_restart.code == room.code and after_a_restart.born != room.born


@given(st.text())
def test_a_forged_secret_has_no_rights(secret):
    room = Room("KXPTM", SECRET, COURSE, Clock())
    assert room.leader(secret) is None or secret == SECRET
    with pytest.raises(RoomError):
        Rooms().code("/" + secret)


def test_another_secret_never_gets_a_room_that_is_there(monkeypatch):
    monkeypatch.setattr(rooms, "code_of", lambda _: "KXPTM")  # somebody has found one with the same code
    there = Rooms()
    secret, room = there.new(COURSE)
    with pytest.raises(RoomError, match="Another room"):
        there.reopen("x" * 32, COURSE)
    with pytest.raises(RoomError, match="no free code"):
        there.new(COURSE)
    assert there.reopen(secret, COURSE) is room


def test_slow_digests_for_strangers_are_few_and_the_leader_still_gets_in(monkeypatch):
    monkeypatch.setattr(rooms, "code_of", lambda secret: secret[:5])
    there = Rooms(Clock())
    secret, room = there.new(COURSE)
    for n in range(30):
        there.code(f"{n:032}")
    with pytest.raises(RoomError, match="Too many"):
        there.code("y" * 32)
    assert there.code(secret) == room.code


# ---- how many, how long ----


@pytest.fixture
def many(monkeypatch, clock):
    numbers = iter(range(10**6))
    monkeypatch.setattr(rooms, "code_of", lambda _: f"{next(numbers):05}")
    return Rooms(clock)


def test_there_are_a_thousand_rooms_at_most_and_not_all_at_once(many, clock):
    for _ in range(60):
        many.new(COURSE)
    with pytest.raises(RoomError, match="Too many rooms"):
        many.new(COURSE)
    for _ in range(940):
        clock.now += 2
        many.new(COURSE)
    clock.now += 2
    with pytest.raises(RoomError, match="There are too many"):
        many.new(COURSE)
    clock.now = LIFE + 1
    many.new(COURSE)  # the first sixty are gone
    assert len(many._rooms) == 941


def test_a_room_is_gone_eight_hours_after_the_last_word(many, clock):
    _, room = many.new(COURSE)
    clock.now = LIFE - 1
    assert many.find(room.code) is room
    room.said("anybody")  # a forgotten tab is no word
    clock.now = LIFE
    assert many.find(room.code) is None
    _, room = many.new(COURSE)
    clock.now += LIFE - 1
    room.enter(person(1))
    clock.now += LIFE - 1
    assert many.find(room.code) is room


def test_a_full_room_gives_a_seat_away_only_after_long_silence(room, leader, clock):
    for n in range(MOST_PEOPLE):
        room.enter(person(n))
    room.answer(person(0), 2, SIZE, "9 × 9")
    room.solve(person(0), 2, "all lines")
    with pytest.raises(RoomError, match="full"):
        room.enter("one too many")
    clock.now = 601
    for n in range(1, MOST_PEOPLE):
        room.said(person(n))
        room.enter(person(n))
    room.enter("one too many")
    assert leader.counts(2) == [0, 0, 0] and leader.solved(2) == {"all lines": 0}
    with pytest.raises(RoomError, match="full"):
        room.enter(person(0))
    assert len(room._seats) == MOST_PEOPLE


def test_who_is_silent_is_not_here(room, leader, clock):
    room.enter(person(1))
    room.enter(person(2))
    clock.now = 30
    room.said(person(1))
    room.said("a stranger")
    clock.now = 40
    assert leader.here() == 1


# ---- the leader ----


def test_the_room_is_where_its_leader_goes(room, leader):
    for step, there in ((2, 2), (0, 1), (-5, 1), (99, 3)):
        leader.move(step)
        assert room.said()["step"] == there
    leader.let_follow(True)
    assert room.said()["follow"] is True
    assert {*room.said()} == {"step", "follow", "news", "born"}


def test_a_question_changes_only_until_somebody_has_answered(room, leader):
    assert room.is_asked(2, SIZE) and not room.is_asked(2, OTHER) and not room.is_asked(1, SIZE)
    leader.ask(2, OTHER)
    assert leader.question(2) == OTHER
    room.answer(person(1), 2, OTHER, "5 × 5")
    leader.ask(2, SIZE)
    assert leader.question(2) == OTHER and leader.counts(2) == [0, 1, 0]
    before = room.said()["news"]
    leader.ask(2, OTHER)
    assert room.said()["news"] == before


@pytest.mark.parametrize(
    "question",
    [
        Question("x" * 1001, ("a", "b"), "a"),
        Question("?", ("a",), "a"),
        Question("?", tuple("abcdefghijklmnopqrstuvwxyz"), "a"),
        Question("?", ("a", "b"), "c"),
        Question("?", ("a", "b" * 101), "a"),
    ],
)
def test_a_question_that_is_too_large_is_not_asked(room, question):
    with pytest.raises(RoomError):
        room.leader(SECRET).ask(1, question)
    assert room.leader(SECRET).counts(1) == []


@pytest.mark.parametrize("step", [0, 4, -1, 10**9])
def test_there_is_no_question_where_there_is_no_lesson(room, step):
    room.leader(SECRET).ask(step, SIZE)
    assert room._asked == {}


# ---- participants ----


def test_an_answer_counts_once_and_changes_until_it_is_opened(room, leader):
    assert room.vote(person(1), 2) is None
    for option in ("3 × 3", "5 × 5", "5 × 5"):
        room.answer(person(1), 2, SIZE, option)
    room.answer(person(2), 2, SIZE, "9 × 9")
    assert leader.counts(2) == [0, 1, 1] and room.vote(person(1), 2) == "5 × 5"
    assert room.opened(2) is None  # not early
    news = room.said()["news"]
    leader.open(2)
    leader.open(2)
    assert room.opened(2) == [0, 1, 1] and room.said()["news"] == news + 1
    with pytest.raises(RoomError, match="opened"):
        room.answer(person(1), 2, SIZE, "9 × 9")
    assert room.opened(2) == [0, 1, 1]


@pytest.mark.parametrize(
    ("step", "question", "option"),
    [(1, SIZE, "9 × 9"), (2, OTHER, "9 × 9"), (2, SIZE, "7 × 7"), (2, SIZE, "x" * 10**6), (99, SIZE, "9 × 9")],
)
def test_what_is_not_asked_is_not_counted(room, leader, step, question, option):
    with pytest.raises(RoomError):
        room.answer(person(1), step, question, option)
    assert leader.counts(2) == [0, 0, 0] and not room._seats


@pytest.mark.parametrize("who", ["", "short", "x" * 65, "x" * 10**6, None, 5])
def test_nobody_has_a_name_like_that(room, leader, who):
    with pytest.raises(RoomError):
        room.answer(who, 2, SIZE, "9 × 9")
    assert leader.counts(2) == [0, 0, 0]


def test_a_participant_who_answers_ten_thousand_times_a_second_costs_no_one_else(room, leader, clock):
    taken = 0
    for n in range(10_000):
        clock.now = n / 10_000
        try:
            room.answer(person(1), 2, SIZE, SIZE.options[n % 3])
            taken += 1
        except RoomError as error:
            assert "too fast" in str(error)
    assert sum(leader.counts(2)) == 1 and taken < 5_000  # the same once more is free
    for n in range(2, 200):
        room.answer(person(n), 2, SIZE, "9 × 9")
    assert sum(leader.counts(2)) == 199


def test_a_flood_of_strangers_fills_seats_and_no_memory(room, leader, clock):
    refused = Counter()
    for n in range(10_000):
        try:
            room.answer(person(n), 2, SIZE, "3 × 3")
        except RoomError as error:
            refused[str(error)] += 1
    assert len(room._seats) == MOST_PEOPLE and sum(refused.values()) == 10_000 - MOST_PEOPLE


def test_polls_are_limited(room, clock):
    said = [room.said(person(1)) for _ in range(2_500)]
    assert said.count(None) == 500
    clock.now = 1
    assert room.said() is not None


def test_challenges_are_counted_once_and_there_are_few(room, leader):
    for text in ("a", "b", "c", "d"):
        room.solve(person(1), 1, text)
        room.solve(person(1), 1, text)
    room.solve(person(2), 1, "a")
    for step, text in ((1, "e"), (0, "a"), (4, "a"), (2, "x" * 2000)):
        with pytest.raises(RoomError):
            room.solve(person(1), step, text)
    assert leader.solved(1) == {"a": 2, "b": 1, "c": 1, "d": 1} and leader.solved(2) == {}


def test_many_threads_count_every_answer_once(room, leader):
    def vote(first):
        for n in range(first, first + 50):
            room.answer(person(n), 2, SIZE, SIZE.options[n % 3])
            room.answer(person(n), 2, SIZE, SIZE.options[(n + 1) % 3])
            leader.counts(2), leader.here(), room.said(person(n))

    threads = [threading.Thread(target=vote, args=(50 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = Counter((n + 1) % 3 for n in range(400))
    assert leader.counts(2) == [expected[option] for option in range(3)] and leader.here() == 400


@given(st.lists(st.floats(0, 10), max_size=200), st.floats(0.1, 10), st.integers(1, 20))
def test_a_bucket_never_lets_through_more_than_it_says(waits, rate, burst):
    bucket, now, taken = Bucket(rate, burst, 0), 0.0, 0
    for wait in waits:
        now += wait
        taken += bucket.take(now)
        assert taken <= burst + rate * now + 1e-6


class AnyOrder(RuleBasedStateMachine):
    """Whatever comes in whatever order: each participant counts once, and nothing changes once it is open."""

    @initialize()
    def begin(self):
        self.clock = Clock()
        self.room = Room("KXPTM", SECRET, COURSE, self.clock)
        self.leader, self.votes, self.asked, self.opened = self.room.leader(SECRET), {}, {}, {}

    @rule(step=st.integers(0, 4), question=st.sampled_from([SIZE, OTHER]))
    def ask(self, step, question):
        self.leader.ask(step, question)
        answered = any(there == step for there, _ in self.votes)
        if 1 <= step <= 3 and step not in self.opened and not answered:
            self.asked[step] = question

    @rule(
        n=st.integers(0, 5), step=st.integers(1, 3), question=st.sampled_from([SIZE, OTHER]), option=st.integers(0, 3)
    )
    def answer(self, n, step, question, option):
        self.clock.now += 10
        text = [*SIZE.options, "something else"][option]
        try:
            self.room.answer(person(n), step, question, text)
            assert self.asked.get(step) == question and step not in self.opened and option < 3
            self.votes[step, n] = option
        except RoomError:
            assert self.asked.get(step) != question or step in self.opened or option == 3

    @rule(step=st.integers(1, 3))
    def open(self, step):
        self.leader.open(step)
        if step in self.asked:
            self.opened.setdefault(step, self.leader.counts(step))

    @invariant()
    def counts_are_right(self):
        for step in getattr(self, "asked", ()):
            votes = [vote for (there, _), vote in self.votes.items() if there == step]
            assert self.leader.counts(step) == [votes.count(option) for option in range(3)]
            assert self.room.opened(step) == self.opened.get(step)


TestAnyOrder = AnyOrder.TestCase
