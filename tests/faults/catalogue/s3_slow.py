"""S3 takes most requests and says nothing for longer than ingest waits."""

from tests.faults.fault import bucket_disturbed

FAULT = bucket_disturbed("s3_slow", "S3: says nothing", "silence")
