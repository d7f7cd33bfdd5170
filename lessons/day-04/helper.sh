# shellcheck shell=bash
# Day 04: the three commands of the course are all it takes.
