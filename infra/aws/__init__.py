"""The AWS side: queue, dead-letter queue, their policies, the bucket's notification."""
