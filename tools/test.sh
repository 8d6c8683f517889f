#!/usr/bin/env bash
# test.sh BUILD [--long] [CTEST OPTION…]: runs ctest and ends with "N passed, N failed".
set -uo pipefail
build=$1
shift
export SPARSWEEP_LONG=0
arguments=()
for argument in "$@"; do
  if [ "$argument" = --long ]; then export SPARSWEEP_LONG=1; else arguments+=("$argument"); fi
done
report=$PWD/$build/tests.xml
rm -f "$report"
ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel 2 --output-junit "$report" "${arguments[@]+"${arguments[@]}"}"
status=$?
python3 tools/test_summary.py "$report" || status=1
exit $status
