"""S3 resets most connections."""

from tests.faults.fault import bucket_disturbed

FAULT = bucket_disturbed("s3_resets", "S3: resets", "reset before")
