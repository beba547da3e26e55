"""The settings of the cluster's make targets."""

from __future__ import annotations

import pytest

from infra.cluster.errors import ClusterError
from infra.cluster.settings import load

GIVEN = {"AWS_REGION": "eu-central-1", "AWS_BUCKET_NAME": "films.of.mine"}


def test_microk8s_and_its_registry_are_the_default() -> None:
    settings = load(GIVEN)
    assert (settings.overlay, settings.registry) == ("microk8s", "localhost:32000")
    assert settings.image("query") == "localhost:32000/movie-query:latest"


def test_the_queue_is_named_after_the_bucket_in_characters_that_sqs_takes() -> None:
    assert load(GIVEN).queue == "movie-files-films-of-mine"
    assert len(load({"AWS_BUCKET_NAME": "b" * 63}).queue + "-dead") <= 80


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"OVERLAY": "minikube"}, "OVERLAY must be one of aws, kafka, lab, microk8s"),
        ({"OVERLAY": "aws"}, "REGISTRY is not set"),
        ({"AWS_REGION": "Frankfurt"}, "AWS_REGION must be a region"),
        ({"AWS_BUCKET_NAME": "Under_Score"}, "AWS_BUCKET_NAME must be"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_right(wrong: dict[str, str], told: str) -> None:
    with pytest.raises(ClusterError, match=told):
        load(wrong)
