"""How an image is named in a kustomization."""

from __future__ import annotations

import pytest

from infra.cluster.manifests import kustomize_image


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        ("localhost:5000/a", {"newName": "localhost:5000/a"}),
        ("localhost:5000/a:1", {"newName": "localhost:5000/a", "newTag": "1"}),
        ("ghcr.io/b/a@sha256:0f", {"newName": "ghcr.io/b/a", "digest": "sha256:0f"}),
    ],
)
def test_registry_tag_and_digest_are_told_apart(image: str, wanted: dict[str, str]) -> None:
    assert kustomize_image("x", image) == {"name": "x", **wanted}
