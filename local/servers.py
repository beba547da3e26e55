"""Finding a PostgreSQL server: one that is installed, else one from a wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.accounts import Account, run_as
from local.errors import StackError

MAJOR_MIN, MAJOR_MAX = 14, 18
_REQUIREMENTS = Path(__file__).with_name("requirements-postgres.txt")
_WHEEL_BIN = Path("pgserver/pginstall/bin")
_HOW_TO_INSTALL = (
    "no PostgreSQL 14 to 18 found, and no wheel with one for this machine: install it"
    " (Debian, Ubuntu: apt install postgresql; Fedora: dnf install postgresql-server postgresql-contrib;"
    " macOS: brew install postgresql@18) or set DATABASE_URL"
)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL installation: where its programs are, and its major version."""

    bin: Path
    major: int


def find(home: Path, account: Account | None, major: int | None = None) -> Server:
    """The server to use: of version `major` where data made by it exists, else the first found.

    Installs the wheel into `home` where nothing is found.
    """
    for folder in _candidates(home):
        server = _examine(folder, account)
        if server and major in (None, server.major):
            return server
    if major not in (None, MAJOR_MAX):
        raise StackError(
            f"the data kept was made by PostgreSQL {major}, which is not installed any more:"
            " install it, or throw the data away with `make clean`"
        )
    _install(home)
    server = _examine(home / "postgresql" / _WHEEL_BIN, account)
    if server is None:
        raise StackError(_HOW_TO_INSTALL)
    return server


def _candidates(home: Path) -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in (
        "/usr/lib/postgresql/*/bin",  # Debian
        "/usr/pgsql-*/bin",  # PostgreSQL's own packages for Red Hat
        "/opt/homebrew/opt/postgresql@*/bin",  # Homebrew on Apple silicon
        "/usr/local/opt/postgresql@*/bin",  # Homebrew on Intel
    ):
        yield from sorted(Path("/").glob(pattern[1:]), key=_version_in, reverse=True)
    yield home / "postgresql" / _WHEEL_BIN


def _version_in(folder: Path) -> int:
    numbers = re.findall(r"\d+", folder.parent.name)
    return int(numbers[-1]) if numbers else 0


def _examine(folder: Path, account: Account | None) -> Server | None:
    """The server in a folder; None where it is incomplete, too old, too new or closed to the account."""
    if not (folder / "initdb").exists():
        return None
    try:
        done = run_as(account, [str(folder / "postgres"), "--version"])
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)\.\d+", done.stdout)
    major = int(found[1]) if found else 0
    return Server(folder, major) if MAJOR_MIN <= major <= MAJOR_MAX else None


def _install(home: Path) -> None:
    """Unpack the wheel, once; a half-finished one is thrown away."""
    wanted, fresh = home / "postgresql", home / "postgresql.new"
    platform = {"linux": "manylinux2014_x86_64", "darwin": "macosx_11_0_arm64"}.get(sys.platform, "any")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--implementation", "cp"]
    command += ["--python-version", "3.13", "--platform", platform]
    command += ["--target", str(fresh), "--requirement", str(_REQUIREMENTS)]
    print("PostgreSQL is not installed here: fetching one (12.6 MB)", flush=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise StackError(f"{_HOW_TO_INSTALL}\n{done.stderr.strip()}")
    shutil.rmtree(wanted, ignore_errors=True)
    fresh.rename(wanted)
