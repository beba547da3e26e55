"""The whole system on a real cluster. `make e2e` runs these in order; `make test` leaves them out."""
