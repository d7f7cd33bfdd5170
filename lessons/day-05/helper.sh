# shellcheck shell=bash
# Day 05: the commands of the course are all it takes.
