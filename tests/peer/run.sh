#!/bin/sh
# run.sh PYTHON TEST: exit 77 = skipped, with the reason.
if [ ! -x "$1" ]; then
  echo "skipped: there is no $1; ./dev setup peer makes it"
  exit 77
fi
HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false PYTHONDONTWRITEBYTECODE=1 exec "$@"
