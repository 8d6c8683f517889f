"""architecture.py ROOT: reads every #include under ROOT and names each one that breaks the house's rules.

The rules are the tables below (ARCHITECTURE.md says why): which folder may include which, which third-party headers a
folder may see, no circles between files, no folder or file called util, common, helper or misc.
"""
import pathlib
import re
import sys

# Folder → the folders it may include besides itself. The longest matching prefix counts.
ARROWS = {
    "base": [],
    "base/rpc": ["base"],
    "contract": ["base"],
    "store": ["contract", "base"],
    "dashboard_api": ["store", "contract", "base", "base/rpc", "sparsweep/v1"],
    "coordinator/sweep": ["store", "contract", "base"],
    "coordinator/search": ["coordinator/sweep", "store", "contract", "base"],
    "coordinator/state": ["coordinator/sweep", "store", "contract", "base"],
    "coordinator/scheduler": ["coordinator/state", "coordinator/search", "coordinator/sweep", "store", "contract", "base"],
    "coordinator/coordinator_core": ["coordinator/scheduler", "coordinator/state", "coordinator/search",
                                     "coordinator/sweep", "dashboard_api", "store", "contract", "base"],
    "coordinator/rpc": ["coordinator/coordinator_core", "coordinator/sweep", "coordinator/state", "dashboard_api",
                        "store", "contract", "base", "base/rpc", "sparsweep/v1"],
    "coordinator": ["coordinator/rpc", "coordinator/coordinator_core", "dashboard_api", "store", "contract", "base",
                    "base/rpc"],
    "worker": ["contract", "base", "base/rpc", "sparsweep/v1"],
    "cli": ["contract", "base", "base/rpc", "sparsweep/v1"],
    "pruning_core/kernels": [],
    "pruning_core/schedule": [],
    "pruning_core/model_io": ["contract", "base"],
    "pruning_core/distributed": ["pruning_core/model_io", "contract", "base"],
    "pruning_core/tokenizer": ["pruning_core/model_io", "contract", "base"],
    "pruning_core/mask": ["pruning_core/kernels", "contract", "base"],
    "pruning_core/data": ["pruning_core/tokenizer", "pruning_core/model_io", "pruning_core/kernels", "contract", "base"],
    "pruning_core/methods": ["pruning_core/mask", "pruning_core/kernels", "pruning_core/schedule", "pruning_core/model_io",
                             "contract", "base"],
    "pruning_core/export": ["pruning_core/mask", "pruning_core/model_io", "pruning_core/tokenizer", "contract", "base"],
    "pruning_core/models": ["pruning_core/data", "pruning_core/tokenizer", "pruning_core/mask", "pruning_core/model_io",
                            "pruning_core/kernels", "contract", "base"],
    "pruning_core/distill": ["pruning_core/models", "pruning_core/data", "pruning_core/model_io", "contract", "base"],
    "pruning_core/optim": ["pruning_core/models", "pruning_core/methods", "pruning_core/mask", "pruning_core/kernels",
                           "pruning_core/schedule", "pruning_core/model_io", "contract", "base"],
    "pruning_core/eval": ["pruning_core/models", "pruning_core/data", "pruning_core/model_io", "contract", "base"],
    "pruning_core/verify": ["pruning_core", "contract", "base"],
    "pruning_core/train": ["pruning_core", "contract", "base"],
    "trainer": ["pruning_core", "contract", "base"],
}

# Third-party headers → the folders that may include them, in sources and (second list) in headers.
LIBRARIES = {
    r"(torch|ATen|c10|caffe2)/": (["pruning_core", "trainer"], ["pruning_core", "trainer"]),
    r"torch/torch\.h$": ([], []),
    r"(grpc|grpcpp|google/protobuf)/": (["base/rpc", "dashboard_api", "coordinator/rpc", "coordinator/main", "worker", "cli"], []),
    r"boost/(asio|beast)": (["base", "dashboard_api"], []),
    r"sqlite3\.h$": (["store"], []),
    r"yaml-cpp/": (["coordinator/sweep"], []),
    r"nlohmann/json\.hpp$": (["base", "contract", "store", "coordinator", "dashboard_api", "worker", "cli", "pruning_core", "trainer"], []),
    r"unicode/": (["pruning_core/tokenizer", "pruning_core/data", "pruning_core/eval"], []),
}

BANNED = re.compile(r"(^|_)(utils?|common|helpers?|misc)$")
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
PROGRAM_FOLDERS = sorted({place.split("/")[0] for place in ARROWS})


def within(path, place):
    """`path` is the file or folder `place`, lies below it, or is a file whose name starts with it (coordinator_core*)."""
    return path == place or path.startswith(place + "/") or (
        path.startswith(place) and "/" not in path[len(place):] and path[len(place)] in "._")


def longest(path, places):
    matches = [place for place in places if within(path, place)]
    return max(matches, key=len) if matches else None


def allowed(source, target):
    home = longest(source, ARROWS)
    if home is None or within(target, home) and longest(target, ARROWS) == home:
        return True
    target_home = longest(target, ARROWS) or target
    return any(target_home == place or (place in ("pruning_core", "dashboard_api", "store", "contract", "sparsweep/v1")
                                        and within(target_home, place)) for place in ARROWS[home])


def circles(graph):
    """One list of files for each circle found by depth-first search."""
    state, found = {}, []

    def visit(node, trail):
        state[node] = "open"
        for following in sorted(graph.get(node, ())):
            if state.get(following) == "open":
                found.append(trail[trail.index(following):] + [following])
            elif following not in state:
                visit(following, trail + [following])
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node, [node])
    return found


def check(root):
    root = pathlib.Path(root)
    problems, graph, folders = [], {}, set()
    for folder in PROGRAM_FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.is_dir():
                folders.add(path)
                continue
            folders.add(file.parent.relative_to(root).as_posix())
            if file.suffix not in (".h", ".cpp", ".cu", ".cuh"):
                continue
            if BANNED.search(file.stem):
                problems.append(f"{path}: banned name")
            includes = INCLUDE.findall(file.read_text(encoding="utf-8", errors="replace"))
            graph[path] = {include for include in includes if (root / include).is_file()}
            for include in includes:
                top = include.split("/")[0]
                if top in PROGRAM_FOLDERS + ["tests"] or include.startswith("sparsweep/v1/"):
                    if not allowed(path, include):
                        problems.append(f"{path}: must not include {include}")
                for pattern, (sources, headers) in LIBRARIES.items():
                    places = headers if file.suffix == ".h" else sources
                    if re.match(pattern, include) and not any(within(path, place) for place in places):
                        problems.append(f"{path}: must not include <{include}>")
    for folder in sorted(folders):
        if BANNED.search(folder.split("/")[-1]):
            problems.append(f"{folder}: banned folder name")
        if any((root / folder).glob("*.h")) and not (root / folder / "README.md").exists():
            problems.append(f"{folder}: no README.md")
    problems += ["circle: " + " → ".join(circle) for circle in circles(graph)]
    return problems


if __name__ == "__main__":
    broken = check(sys.argv[1] if len(sys.argv) > 1 else ".")
    print("\n".join(broken), end="\n" if broken else "")
    sys.exit(1 if broken else 0)
