"""The app in one process, or in several behind Debian's nginx; on this machine alone."""

import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager

from tests.browser.conftest import running_server

ROUTE = "route"  # the cookie that says to which process somebody belongs
PLAIN = ("-m", "streamlit", "run", "app.py")
COURSES = ("tests/served_courses.py", "tests/courses")  # the app with small courses, for a room
NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    map $http_upgrade $upgrade {{ default upgrade; "" ""; }}
    upstream app {{ hash $cookie_{route} consistent; {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://app;
            proxy_http_version 1.1;
            proxy_read_timeout 1h;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $upgrade;
        }}
    }}
}}
"""


@contextmanager
def serving(replicas=1, program=PLAIN):
    """Start that many processes; yields the address of all of them together, and their process numbers."""
    with ExitStack() as stack:
        found = [stack.enter_context(running_server(program=program)) for _ in range(replicas)]
        addresses, pids = zip(*found, strict=True)
        yield stack.enter_context(_behind_nginx(addresses)) if replicas > 1 else addresses[0], pids


@contextmanager
def _behind_nginx(addresses):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin") or "nginx"  # where there is none, the error names it
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        servers = " ".join(f"server {address.partition('://')[2]};" for address in addresses)
        config = f"{folder}/nginx.conf"
        with open(config, "w") as file:
            file.write(NGINX.format(folder=folder, route=ROUTE, servers=servers, port=port))
        process = subprocess.Popen([nginx, "-c", config, "-e", f"{folder}/errors"])
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(port, process):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("nginx stopped by itself") from None
            time.sleep(0.1)
    raise TimeoutError("nginx does not answer")
