"""The stand-in for S3 and SQS: moto's server, with a memory. `python -m local.aws_server PORT FOLDER`."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

from local.kept_bucket import KeptBucket
from local.ports import HOST

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REGION = "eu-central-1"


def keeping(application: WSGIApplication, kept: KeptBucket) -> WSGIApplication:
    """Keep what a request changed before its answer goes out: what S3 confirmed is not lost."""

    def keep(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = application(environ, start_response)
        to_sqs = "HTTP_X_AMZ_TARGET" in environ
        if environ["REQUEST_METHOD"] in ("PUT", "POST", "DELETE") and not to_sqs:
            kept.keep()
        return answer

    return keep


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    kept = KeptBucket(folder, REGION)
    print(f"{kept.restore()} objects restored from {folder}", flush=True)
    application = keeping(DomainDispatcherApplication(create_backend_app), kept)
    run_simple(HOST, port, application, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()
