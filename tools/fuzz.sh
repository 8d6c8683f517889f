#!/usr/bin/env bash
# fuzz.sh BUILD [TARGET] [SECONDS]: runs one fuzz target, or each in turn, and ends with a line a target. New inputs
# are kept in BUILD/corpus/TARGET, crashers in BUILD/crashes/TARGET.
set -uo pipefail
build=$1
shift
seconds=60
targets=()
for argument in "$@"; do
  case $argument in
    '' | *[!0-9]*) targets+=("$argument") ;;
    *) seconds=$argument ;;
  esac
done
if [ ${#targets[@]} = 0 ]; then
  for program in "$build"/fuzz/fuzz_*; do targets+=("${program##*/fuzz_}"); done
fi

status=0
for target in "${targets[@]}"; do
  program=$build/fuzz/fuzz_$target
  if [ ! -x "$program" ]; then
    echo "fuzz: there is no target '$target'; known: $(cd "$build/fuzz" && printf '%s ' fuzz_* | sed 's/fuzz_//g')" >&2
    exit 2
  fi
  mkdir -p "$build/corpus/$target" "$build/crashes/$target"
  log=$build/fuzz-$target.log
  "$program" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$build/crashes/$target/" "$build/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1
  code=$?
  coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1)
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
  rss=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log" | tail -1)
  if [ $code = 0 ]; then verdict=clean; else verdict="FAILED, see $log"; status=1; fi
  echo "$target: ${runs:-?} runs, ${coverage:-no coverage}, ${rss:-?} MiB at most, $verdict"
done
exit $status
