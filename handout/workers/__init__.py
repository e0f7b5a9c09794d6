"""Who makes the handouts: one worker, the pool of them, and the cache."""
