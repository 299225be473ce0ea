"""Databricks' namespace package."""
