"""What the make targets for a cluster do, one program each; `infra/cluster.mk` names them."""
