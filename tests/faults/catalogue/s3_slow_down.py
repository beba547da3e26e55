"""S3 answers SlowDown to most requests."""

from tests.faults.fault import bucket_disturbed

FAULT = bucket_disturbed("s3_slow_down", "S3: 503 SlowDown", "slow down")
