"""`make upload FILES=…`: files into the bucket, and what became of each.

Works against the running laptop stack, or against AWS where AWS_BUCKET_NAME
and INGEST_URL are set (boto3's own variables give the credentials).
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from local import state, uploads
from local.errors import StackError
from local.ledger import Ledger, describe
from local.progress import Progress
from local.settings import load

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_QUIET_S_MAX = 600  # a file of some hundred megabytes takes a while
_REJECTS_SHOWN = 5


def main() -> None:
    try:
        paths = _files(sys.argv[1:])
        sys.exit(0 if upload(paths, *_destination()) else 1)
    except StackError as error:
        sys.exit(f"upload: {error}")
    except KeyboardInterrupt:
        sys.exit("upload: stopped; what was sent is in the bucket, and the ledger will tell of it")


def upload(paths: list[Path], bucket: str, ledger: Ledger) -> bool:
    """Send the files and print a line for each; returns whether all were stored."""
    sent, good = [], True
    with uploads.client() as s3:
        for path in paths:
            sent.append(_send(s3, bucket, path))
            print(f"{path}: {path.stat().st_size:,} bytes sent to {bucket}/{path.name}", flush=True)
    for one, row, seconds in uploads.outcomes(ledger, sent, _QUIET_S_MAX):
        print(f"{one.path}: {describe(row)} ({seconds:.1f} s)", flush=True)
        good = good and row["state"] != "failed"
        if row["rejected"]:
            _print_rejects(ledger, row["id"], row["rejected"])
    return good


def _send(s3: S3Client, bucket: str, path: Path) -> uploads.Upload:
    """Send one file, with a bar where a person watches."""
    progress = Progress(sys.stdout, "bytes", lambda: path.stat().st_size)
    done, guard = 0, threading.Lock()

    def tell(more: int) -> None:
        nonlocal done
        with guard:
            done += more
            progress.show(done, path.name)

    try:
        return uploads.put(s3, bucket, path, tell=tell)
    finally:
        progress.end()


def _print_rejects(ledger: Ledger, file_id: int, count: int) -> None:
    try:
        rejects = ledger.rejects(file_id, _REJECTS_SHOWN)
    except StackError as error:
        print(f"  the reasons cannot be shown: {error}")
        return
    for reject in rejects:
        print(f"  rejected: record {reject['position']}: {reject['reason']}")
    if count > _REJECTS_SHOWN:
        print(f"  … and {count - _REJECTS_SHOWN:,} more: {ledger.url}/?file={file_id}")


def _files(names: list[str]) -> list[Path]:
    if not names:
        raise StackError("name the files: make upload FILES='one.json two.json'")
    paths = [Path(name) for name in names]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise StackError(f"not a file: {', '.join(missing)}")
    if len({path.name for path in paths}) < len(paths):
        raise StackError("two of the files have the same name, and so the same key in the bucket")
    return paths


def _destination() -> tuple[str, Ledger]:
    """Bucket and ledger: those the variables name, else those of the running stack."""
    if not os.environ.get("AWS_BUCKET_NAME"):
        stack = state.running(load().state)
        if not stack:
            raise StackError("start the stack with `make run`, or set AWS_BUCKET_NAME and INGEST_URL")
        os.environ.update(stack)
    url = os.environ.get("INGEST_URL", "")
    if not url:
        raise StackError(
            "set INGEST_URL to where ingest's ledger can be asked, such as http://127.0.0.1:8081"
        )
    return os.environ["AWS_BUCKET_NAME"], Ledger(url)


if __name__ == "__main__":
    main()
