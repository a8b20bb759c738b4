#!/bin/sh
# Gradescope runs this once, when it builds the image: packages, and the programs that judge.
set -eu
cd /autograder/source/tinytorch
chmod -R go= /autograder/source  # hidden tests and solutions are not for the user that students' code runs as
./tt setup python3
./tt instructor prepare --modules "$(cat ../modules)"
