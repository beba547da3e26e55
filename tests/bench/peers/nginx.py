"""nginx with the very bytes as files: as fast as an answer can leave this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 75s;
    keepalive_requests 1000000000;
    open_file_cache max=16;
    default_type application/json;
    client_body_temp_path {folder}/nginx-tmp;
    proxy_temp_path {folder}/nginx-tmp;
    fastcgi_temp_path {folder}/nginx-tmp;
    uwsgi_temp_path {folder}/nginx-tmp;
    scgi_temp_path {folder}/nginx-tmp;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/nginx;
    }}
}}
"""


def prepare(folder: Path, port: int, bodies: Mapping[str, bytes], *, root: bool) -> Path:
    """Write each body as a file of that name, and a configuration; the configuration's path."""
    files = folder / "nginx"
    files.mkdir(exist_ok=True)
    for name, body in bodies.items():
        (files / name).write_bytes(body)
    configuration = folder / "nginx.conf"
    user = "user root;" if root else ""
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, user=user))
    return configuration
