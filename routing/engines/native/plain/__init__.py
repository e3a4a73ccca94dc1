"""A faster search for plain days: one vehicle type, deliveries, loads, windows; every order must be served."""
