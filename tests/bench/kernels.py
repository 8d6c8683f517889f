"""select and update: one kernel at a time."""
import json
import subprocess

from table import row


def kernel(name, options):
    lines = subprocess.run([options.build / "tests/kernel_bench", name, str(options.threads)], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [row(**{key: value for key, value in json.loads(line).items()}) for line in lines]
