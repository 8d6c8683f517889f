#!/usr/bin/env bash
# lint.sh: every check prints nothing when it is content. `--quick` leaves clang-tidy out.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
failed=0
run() {
  printf 'lint: %s\n' "$1"
  shift
  "$@" || failed=1
}

mapfile -t cpp < <(git ls-files '*.h' '*.cpp' '*.cu' '*.cuh')
mapfile -t shell < <({ git ls-files '*.sh'; echo dev; echo .ci/run; })
run clang-format clang-format-14 --dry-run --Werror "${cpp[@]}"
run 'include arrows' python3 "$here/architecture.py" .
run shellcheck shellcheck --severity=warning "${shell[@]}"
run protos "$here/buf.sh"
[ "${1:-}" = --quick ] || run clang-tidy "$here/clang_tidy.sh"
exit $failed
