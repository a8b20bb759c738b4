#!/bin/sh
# tests/fuzz/run.sh SECONDS [TARGET...]: builds the fuzz targets and runs each so long. Fails at the first finding; its
# input is then in build/fuzz/findings. New inputs that reach more code are kept in build/fuzz/corpus.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- idx safetensors image architecture

[ -f build/fuzz/build.ninja ] || cmake --preset fuzz > /dev/null
cmake --build build/fuzz --target fuzz > /dev/null
mkdir -p build/fuzz/findings
for target in "$@"; do
  mkdir -p "build/fuzz/corpus/$target"
  dictionary=tests/fuzz/$target.dict
  log=build/fuzz/$target.log
  status=0
  "build/fuzz/tests/fuzz/fuzz_$target" "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/findings/$target-" $([ -f "$dictionary" ] && echo "-dict=$dictionary") \
    > "$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -40 "$log"
    echo "fuzz_$target: found something; the whole output is in $log" >&2
    exit 1
  fi
  echo "fuzz_$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs," \
    "$(sed -n 's/.*DONE *cov: \([0-9]*\) ft: \([0-9]*\) corp: \([0-9]*\).*/\1 edges, \2 features, \3 inputs/p' "$log")"
done
