"""What every benchmark prints: rows with ours, the other, their ratio and the limit."""
import platform


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.processor())
    flags = next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "").split()
    widest = next((name for name in ("amx_bf16", "avx512_bf16", "avx512f", "avx2") if name in flags), "baseline")
    return f"{model}, {len(list(filter(lambda l: l.startswith('processor'), open('/proc/cpuinfo'))))} cores, {widest}"


def row(case, ours, other, other_name, limit=None, unit="ms", **more):
    return {"case": case, "ours": ours, "other": other, "other_name": other_name,
            "ratio": other / ours if other else None, "limit": limit, "unit": unit, **more}


def print_table(name, rows):
    columns = ["case", "ours", "other", "other_name", "ratio", "limit", "unit"]
    columns += [key for key in dict.fromkeys(key for of_case in rows for key in of_case) if key not in columns]
    print(f"\n{name} on {machine()}\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for of_case in rows:
        cells = [of_case.get(column) for column in columns]
        print("| " + " | ".join("" if cell is None else f"{cell:.4g}" if isinstance(cell, float) else str(cell)
                                for cell in cells) + " |")
