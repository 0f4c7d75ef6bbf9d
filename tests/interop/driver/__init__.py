"""The interop driver: a browser over HTTP, the peers as it sees them, the cells, and the matrix that runs them."""
