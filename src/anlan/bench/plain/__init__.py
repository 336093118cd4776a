"""The plain way of `intake`: a minimal Django view with the same token check and one durable insert."""
