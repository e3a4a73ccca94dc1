"""Plans in which every route can be loaded: routes that cannot are cut and built again, and the best are combined."""
