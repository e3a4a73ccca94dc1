"""Vehicle loading and route planning on OpenStreetMap roads."""
