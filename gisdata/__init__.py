"""Capture, check, store, compute, analyse, show and describe geographic data."""
