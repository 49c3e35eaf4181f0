"""What app.py sets for the whole process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
THREADS = "import app, numpy, threadpoolctl; print({one['num_threads'] for one in threadpoolctl.threadpool_info()})"
NO_DELAY = """
import app, asyncio, socket, uvloop

async def connect():
    delays = asyncio.get_running_loop().create_future()

    def connected(reader, writer):
        delays.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listening = socket.socket()  # as Streamlit makes it
    listening.bind(("127.0.0.1", 0))
    async with await asyncio.start_server(connected, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        writer.close()
        return await delays

print(asyncio.run(connect()), uvloop.run(connect()))
"""


def said(program):
    """What a program prints in a fresh Python: here, numpy has long been loaded."""
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_numpy_starts_no_threads():
    assert said(THREADS) == "{1}"


def test_messages_are_sent_at_once():
    assert said(NO_DELAY) == "1 1"
