"""Two replicas behind Debian's nginx, as deploy/serve.py starts them: by HTTPS, under a path, under another name."""

import http.client
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.cookies import SimpleCookie
from uuid import uuid4

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from tests.browser.conftest import HOST, ROOT, program
from tests.browser.hands import cells, numbers, runs, traffic
from tests.browser.test_room import at_step, counted, open_a_room, ways

PATH = "/workshop/one"
UNCHECKED = ssl._create_unverified_context()
SOON = 8  # seconds until a page is on the other replica: 1.5 where nothing else runs
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"  # a tab that comes into sight asks at once


class Deployed:
    """What is running, and where."""

    def __init__(self, folder):
        program("nginx-light", "nginx", "/usr/sbin/nginx")
        files = [folder / "key.pem", folder / "certificate.pem"]
        new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        new += ["-subj", f"/CN={HOST}", "-days", "2", "-keyout", files[0], "-out", files[1]]
        subprocess.run(new, check=True, capture_output=True)
        self.port, self.said = 20_000 + os.getpid() % 10_000, folder / "said"
        command = [sys.executable, "deploy/serve.py", "--port", str(self.port), "--processes", "2", "--path", PATH]
        command += ["--key", files[0], "--certificate", files[1]]
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        self.address = f"https://{HOST}:{self.port}{PATH}"

    def get(self, path, port=None):
        """Status, headers and text of an answer: through nginx, or of the replica at that port; None of nobody."""
        kind = http.client.HTTPConnection if port else http.client.HTTPSConnection
        options = {} if port else {"context": UNCHECKED}
        try:
            line = kind("127.0.0.1", port or self.port, timeout=10, **options)
            line.request("GET", PATH + path)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        except OSError:
            return None
        finally:
            line.close()

    def replicas(self):
        """Their ports, and the process that listens there now."""
        said = re.findall(r"replica 127.0.0.1:(\d+) is process (\d+)", self.log())
        return {int(port): int(process) for port, process in said}

    def log(self):
        return self.said.read_text("utf-8", "replace")

    def until(self, done, seconds=60):
        """What `done()` returns as soon as that is something."""
        end = time.monotonic() + seconds
        while not (found := done()):
            assert time.monotonic() < end, "it never came"
            time.sleep(0.1)
        return found

    def have(self, code):
        """The ports of the replicas that have the room with that code, and its step there."""
        said = {port: self.get(f"/room/{code}", port) for port in self.replicas()}
        steps = {port: re.search(r'"step":(\d+)', answer[2]) for port, answer in said.items() if answer}
        return {port: int(step[1]) for port, step in steps.items() if step}

    def leads_to(self, code):
        """The port of the replica that nginx sends all of that room to."""
        pattern = re.compile(rf"/room/{code} .*:(\d+)$", re.M)
        asked = len(pattern.findall(self.log()))
        self.get(f"/room/{code}")
        return int(self.until(lambda: pattern.findall(self.log())[asked:])[-1])

    def count(self, name):
        """The sum of what the replicas count under that name; each tells only its own machine."""
        told = {port: self.get("/_stcore/metrics", port) for port in self.replicas()}
        return {
            port: sum(float(n) for n in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", answer[2], re.M))
            for port, answer in told.items()
            if answer
        }


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    one = Deployed(tmp_path_factory.mktemp("replicas"))
    try:
        for port in one.until(lambda: len(one.replicas()) == 2 and one.replicas()):
            one.until(lambda port=port: one.get("/_stcore/health", port))
        one.until(lambda: one.get("/_stcore/health"))
        yield one
    finally:
        one.process.terminate()
        one.process.wait(20)


class Uploader:
    """A visitor who sends files as Streamlit's page does: with its session, its token, and nginx's cookie."""

    def __init__(self, deployed, stack):
        self.token = SimpleCookie(deployed.get("/_stcore/health")[1]["set-cookie"])["_streamlit_xsrf"].value
        self.headers = {"Cookie": f"glass_box_route={uuid4().hex}; _streamlit_xsrf={self.token}"}
        self.line = http.client.HTTPSConnection("127.0.0.1", deployed.port, timeout=30, context=UNCHECKED)
        stack.callback(self.line.close)
        address = f"{deployed.address.replace('https', 'wss')}/_stcore/stream"
        self.socket = stack.enter_context(
            connect(address, address=("127.0.0.1", deployed.port), proxy=None, ssl=UNCHECKED,
                    subprotocols=["streamlit"], additional_headers=self.headers, max_size=None, max_queue=None)
        )  # fmt: skip
        ask = BackMsg()
        ask.rerun_script.page_name = "images"
        self.socket.send(ask.SerializeToString())
        while (said := ForwardMsg.FromString(self.socket.recv())).WhichOneof("type") != "new_session":
            pass
        self.session = said.new_session.initialize.session_id

    def send(self, data):
        """Upload a file; the status of the answer."""
        body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n' + data + b"\r\n--x--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=x", "X-Xsrftoken": self.token}
        self.line.request("PUT", f"{PATH}/_stcore/upload_file/{self.session}/{uuid4()}", body, self.headers | headers)
        answer = self.line.getresponse()
        answer.read()
        return answer.status


def test_of_a_hundred_uploads_none_is_lost(deployed):
    data = os.urandom(50_000)
    with ExitStack() as stack, ThreadPoolExecutor(10) as pool:
        people = [*pool.map(lambda _: Uploader(deployed, stack), range(10))]
        answers = pool.map(lambda one: [one.send(data) for _ in range(10)], people)
        assert [*answers] == [[204] * 10] * 10
        kept = deployed.count("cache_memory_bytes")
        assert sum(kept.values()) >= 100 * len(data), kept


def test_what_is_for_the_host_alone_is_closed_and_the_log_has_no_secrets(deployed):
    for path in ("/_stcore/metrics", "/_stcore/script-health-check"):
        assert deployed.get(path)[0] == 404
    assert deployed.get("/?start_a=4711")[0] == 200
    assert deployed.get(f"/lead/{'s' * 32}")[0] == 303
    log = deployed.until(lambda: "/lead/-" in deployed.log() and deployed.log())
    assert "4711" not in log and "sss" not in log and f"GET {PATH}/ 200" in log


def test_a_room_meets_on_one_replica_and_outlives_it(deployed, tab):
    leader, painter, other = (
        tab(ignore_https_errors=True, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        for _ in range(3)
    )
    code = open_a_room(leader, deployed.address, "article")
    painter.goto(
        f"{deployed.address}/images?image_picture=line&image_threshold=200&room={code}&step=1", wait_until="commit"
    )
    other.goto(f"{deployed.address}/{code.lower()}", wait_until="commit")
    for page in (painter, other):
        at_step(page, 1)
    counted(leader, "2 here")
    port = deployed.leads_to(code)
    assert deployed.have(code)[port] == 1
    paint(painter, 5)
    painter.get_by_role("button", name="Share").click()
    shared = painter.locator("[data-testid=stPopoverBody] textarea").first.input_value()
    assert shared.startswith(f"{deployed.address}/images?") and "image_threshold=200" in shared
    painter.keyboard.press("Escape")
    painted = numbers(cells(painter, "Grayscale"))

    _, received = traffic(painter)
    killed = time.monotonic()
    os.kill(deployed.replicas()[port], signal.SIGKILL)
    while not runs(received):
        painter.wait_for_timeout(100)
        assert time.monotonic() < killed + SOON
    print(f"back {time.monotonic() - killed:.1f} s after the replica was killed")
    paint(painter, 0)  # on the other replica
    now = numbers(cells(painter, "Grayscale"))
    assert [n for n in range(len(now)) if now[n] != painted[n]] == [0] and "image_threshold=200" in painter.url
    deployed.until(lambda: deployed.have(code))
    counted(leader, "2 here")

    deployed.until(lambda: deployed.get("/_stcore/health", port))  # it is back, and its rooms and tabs follow

    def all_are_back():
        for page in (leader, painter, other):
            page.evaluate(LOOK)
        return deployed.count("active_sessions").get(port) == 3

    deployed.until(all_are_back)
    ways(leader, "Next").first.click()
    other.get_by_text("The room is at step 2: come along").click()
    for page in (leader, other):
        at_step(page, 2)

    (rest,) = {*deployed.replicas()} - {port}
    process = deployed.replicas()[rest]
    os.kill(process, signal.SIGTERM)
    deployed.until(lambda: deployed.replicas()[rest] != process, 10)


def paint(page, cell):
    """Press a pixel, and wait until the link has it."""
    before = page.url
    cells(page, "Grayscale").nth(cell).click()
    page.wait_for_function("before => location.href !== before && location.href.includes('image_picture=')", arg=before)
