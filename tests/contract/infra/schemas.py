"""The schemas of custom resources, out of the modules that define them; made strict."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

Schema = dict[str, Any]
_SOURCES = Path(__file__).with_name("schemas.yaml")


@lru_cache(maxsize=1)
def custom_resources() -> dict[tuple[str, str], Schema]:
    """By apiVersion and kind. Skips the test where Go, which fetches the modules, is absent."""
    if not shutil.which("go"):
        pytest.skip("Go is absent: the definitions of custom resources cannot be fetched")
    found: dict[tuple[str, str], Schema] = {}
    for source in yaml.safe_load(_SOURCES.read_text()):
        for file in sorted(_fetched(source["module"], source["sum"]).glob(source["files"])):
            for document in yaml.safe_load_all(file.read_text()):
                if document and document["kind"] == "CustomResourceDefinition":
                    found.update(_versions(document["spec"]))
    return found


def module(path: str) -> Path:
    """The folder of one of the modules of schemas.yaml, by its path without the version. Skips as above."""
    if not shutil.which("go"):
        pytest.skip("Go is absent: the operators' modules cannot be fetched")
    (found,) = [e for e in yaml.safe_load(_SOURCES.read_text()) if e["module"].startswith(f"{path}@")]
    return _fetched(found["module"], found["sum"])


def _fetched(module: str, wanted: str) -> Path:
    """The module's folder, after its content has been compared with the sum."""
    with tempfile.TemporaryDirectory() as apart:
        done = subprocess.run(
            ["go", "mod", "download", "-json", module],
            cwd=apart,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["Sum"] == wanted, f"{module} is not what it was"
    return Path(answer["Dir"])


def _versions(spec: Schema) -> dict[tuple[str, str], Schema]:
    return {
        (f"{spec['group']}/{version['name']}", spec["names"]["kind"]): strict(
            version["schema"]["openAPIV3Schema"], root=True
        )
        for version in spec["versions"]
    }


def strict(schema: Any, *, root: bool = False) -> Any:
    """The same schema, in which a field that is not named is a mistake; the API server would drop it."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if "properties" in made and isinstance(made["properties"], dict):
        if root:
            made["properties"] |= {"apiVersion": {}, "kind": {}, "metadata": {"type": "object"}}
        if not made.get("x-kubernetes-preserve-unknown-fields"):
            made.setdefault("additionalProperties", False)
    if made.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
    if made.pop("nullable", False) and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made
