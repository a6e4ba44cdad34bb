"""Certifying the course, and measuring the grader."""
