"""Single changes of a problem that would let a vehicle serve an order: how large each must be, and what it costs."""
