"""S3 refuses the function's credentials, which have expired."""

from tests.faults.fault import bucket_disturbed

FAULT = bucket_disturbed("s3_denied", "S3: expired credentials", "denied", share=1.0)
