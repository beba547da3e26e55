"""The laptop stack: everything that the cluster provides, as plain processes."""
