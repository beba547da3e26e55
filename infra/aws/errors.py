"""What AWS refuses, told in one line; the one place where boto3's exceptions become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from infra.cluster.errors import ClusterError


class AwsError(ClusterError):
    """AWS refused or cannot be reached; the message names the call."""


@contextmanager
def translated() -> Iterator[None]:
    """Inside, what boto3 raises is raised as ours."""
    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        raise AwsError(f"{error.operation_name}: {told.get('Code')}: {told.get('Message')}") from error
    except BotoCoreError as error:
        raise AwsError(f"AWS cannot be asked: {error}") from error
