"""The app on one machine, with a process for each core and nginx in front: python deploy/serve.py --port 8080

`--path` is the path that the app is under, `--certificate` and `--key` are the files for HTTPS. A process that ends is
started again. It needs nginx (Debian's `nginx-light` is enough), no root, and writes to the temporary folder alone.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
NGINX = """
daemon off;
pid nginx.pid;
error_log stderr crit;
worker_processes 1;  # it has little to do
worker_rlimit_nofile 16384;
events { worker_connections 8000; }
http {
    client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_replica(port, path):
    """One process of the app, and a line that says where it is."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.baseUrlPath", path]
    process = subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.DEVNULL)
    print(f"replica 127.0.0.1:{port} is process {process.pid}", flush=True)
    return process


def start_nginx(folder, log, ports, options):
    """nginx, with its configuration in that folder."""
    listen = f"listen {options.port};"
    if options.certificate:
        files = (f"ssl_certificate{kind} {file.resolve()};" for kind, file in
                 (("", options.certificate), ("_key", options.key)))  # fmt: skip
        listen = f"listen {options.port} ssl http2; {' '.join(files)}"
    replicas = "\n".join(f"    server 127.0.0.1:{port} max_fails=3 fail_timeout=5s;" for port in ports)
    filled = Template((HERE / "nginx.conf.template").read_text()).safe_substitute(
        GLASS_BOX_LISTEN=listen, GLASS_BOX_REPLICAS=replicas.strip(), NGINX_LOCAL_RESOLVERS="127.0.0.1"
    )
    Path(folder, "nginx.conf").write_text(f"{NGINX}{filled}}}\n")
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    return subprocess.Popen([program, "-p", folder, "-c", "nginx.conf", "-e", "stderr"], stdout=log)


def serve(options, stack):
    """Start all, and start again what ends."""
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    log = subprocess.Popen(["cat"], stdin=subprocess.PIPE)  # nginx opens its log anew, which no journal's socket allows
    ports = [free_port() for _ in range(options.processes)]
    starts = [lambda port=port: start_replica(port, options.path) for port in ports]
    starts.append(lambda: start_nginx(folder, log.stdin, ports, options))
    running = [start() for start in starts]
    stack.callback(lambda: [process.wait(10) for process in running])
    stack.callback(lambda: [process.terminate() for process in running])
    while True:
        time.sleep(1)
        for n, process in enumerate(running):
            if process.poll() is not None:
                running[n] = starts[n]()


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--path", default="")
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as stack:
        serve(read_options(), stack)


if __name__ == "__main__":
    main()
