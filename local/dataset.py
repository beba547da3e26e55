"""`make load-dataset`: fetches the public data set and uploads it.

The data is Wikipedia's, under CC BY-SA, as gathered by prust/wikipedia-movie-data.
"""

from __future__ import annotations

import sys
from pathlib import Path

import urllib3

from local import upload
from local.errors import StackError
from local.settings import load

_URL = "https://raw.githubusercontent.com/prust/wikipedia-movie-data/master/movies.json"
_BYTES_MAX = 200 << 20


def fetch(folder: Path, url: str = _URL) -> Path:
    """Download the file into `folder` unless it is there; returns its path."""
    file = folder / "movies.json"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    print(f"fetching {url}", flush=True)
    fresh = file.with_suffix(".new")
    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(connect=10, read=60), retries=2) as pool:
            answer = pool.request("GET", url, preload_content=False)
            if answer.status != 200:
                raise StackError(f"the data set cannot be fetched: {url} answers {answer.status}")
            size = 0
            with fresh.open("wb") as output:
                for block in answer.stream(1 << 20):
                    size += len(block)
                    if size > _BYTES_MAX:
                        raise StackError(f"the data set is larger than {_BYTES_MAX >> 20} MiB")
                    output.write(block)
    except urllib3.exceptions.HTTPError as error:
        raise StackError(
            f"the data set cannot be fetched ({type(error).__name__}); `make run` works without it, on its own sample."
            f" On another machine, save {url} and use: make upload FILES=movies.json"
        ) from error
    fresh.replace(file)
    return file


def main() -> None:
    try:
        sys.argv[1:] = [str(fetch(load().state / "dataset"))]
    except StackError as error:
        sys.exit(f"load-dataset: {error}")
    upload.main()


if __name__ == "__main__":
    main()
