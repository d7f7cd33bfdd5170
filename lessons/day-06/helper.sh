# shellcheck shell=bash
# Day 06: the commands of the course are all it takes.
