"""Behaviours of AWS that the pipeline relies on, stated from its documentation and observed in a cloud."""
