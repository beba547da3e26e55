# The targets for a cluster. The laptop's `upload` and `reconcile` work on the
# cluster, too, when CLUSTER=yes is given.
.PHONY: doctor operators up down status logs deploy-query deploy-ingest migrate port-forward aws-up aws-down aws-policy e2e e2e-faults

doctor: venv ## look at the cluster and say how to mend what is amiss
	@$(BIN)/python -m infra.cluster.doctor

operators: venv ## install pinned Knative and CloudNativePG where absent; BACKUPS=yes: Barman Cloud, too
	@$(BIN)/python -m infra.cluster.operators

up: venv ## the whole system on a cluster: AWS_REGION=… AWS_BUCKET_NAME=…; go on by repeating
	@$(BIN)/python -m infra.cluster.up

down: venv ## stop it all and keep the data; PURGE=yes deletes the data, too
	@$(BIN)/python -m infra.cluster.down

status: venv ## what runs on the cluster, what does not and why; data, files, queue, dead letters
	@$(BIN)/python -m infra.cluster.status

logs: venv ## what a part says: OF=query, ingest, source or database
	@$(BIN)/python -m infra.cluster.logs

deploy-query: venv ## build query and roll it out; QUERY_IMAGE=… deploys a built one
	@$(BIN)/python -m infra.cluster.deploy query

deploy-ingest: venv ## build ingest and roll it out; INGEST_IMAGE=… deploys a built one
	@$(BIN)/python -m infra.cluster.deploy ingest

migrate: venv ## apply the migrations that the cluster's database lacks
	@$(BIN)/python -m infra.cluster.migrate

port-forward: venv ## query at 8080 and ingest at 8081 of this machine, until Ctrl-C
	@$(BIN)/python -m infra.cluster.port_forward

aws-up: venv ## make the queues and the bucket's notification; `make up` does it, too
	@$(BIN)/python -m infra.aws up

aws-down: venv ## take the queues and the notification away
	@$(BIN)/python -m infra.aws down

aws-policy: venv ## print the least IAM rights, to install and to run
	@$(BIN)/python -m infra.aws policy

e2e: venv ## prove it all on the cluster of KUBECONFIG; writes docs/e2e.md
	@$(BIN)/python -m tests.e2e

e2e-faults: venv ## break it on the cluster of KUBECONFIG; writes docs/reliability.md; TRIES=3 RATE=20 FAULTS='name ...'
	@PYTHONPATH=functions/ingest:$(CURDIR) $(BIN)/python -m tests.e2e.faults
