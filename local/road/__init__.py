"""The event road: what IntegrationSource (aws.sqs), Broker, Trigger and PingSource do on a cluster.

source.py   takes messages from SQS and turns each into a CloudEvent
ping.py     sends an event at an interval
broker.py   delivers events: retries, dead letters, replies
"""
