"""The house's own includes, and trees that break one rule each."""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "lint"))
import architecture  # noqa: E402


class Tree(unittest.TestCase):
    def problems(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                file = pathlib.Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
                (file.parent / "README.md").touch()
            return architecture.check(folder)

    def test_the_house(self):
        self.assertEqual(architecture.check(ROOT), [])

    def test_arrows_that_are_allowed(self):
        self.assertEqual(self.problems({
            "store/store.h": '#include "base/clock.h"\n',
            "base/clock.h": "#include <chrono>\n",
            "dashboard_api/page.cpp": '#include "store/store.h"\n#include <boost/asio.hpp>\n',
            "coordinator/rpc/service.cpp": '#include "coordinator/coordinator_core.h"\n#include <grpcpp/grpcpp.h>\n',
            "coordinator/coordinator_core.h": '#include "coordinator/scheduler/plan.h"\n',
            "coordinator/scheduler/plan.h": "",
            "pruning_core/train/loop.h": '#include "pruning_core/models/bert.h"\n',
            "pruning_core/models/bert.h": "#include <ATen/core/Tensor.h>\n",
        }), [])

    def test_arrows_that_are_forbidden(self):
        for source, include in [
            ("store/a.cpp", "dashboard_api/b.h"), ("dashboard_api/a.cpp", "coordinator/b.h"),
            ("worker/a.cpp", "coordinator/b.h"), ("cli/a.cpp", "worker/b.h"), ("cli/a.cpp", "store/b.h"),
            ("worker/a.cpp", "pruning_core/mask/b.h"), ("contract/a.cpp", "store/b.h"), ("base/a.cpp", "base/rpc/b.h"),
            ("coordinator/sweep/a.cpp", "coordinator/scheduler/b.h"), ("coordinator/coordinator_core.cpp", "coordinator/rpc/b.h"),
            ("coordinator/scheduler/a.cpp", "coordinator/coordinator_core.h"), ("pruning_core/mask/a.cpp", "pruning_core/methods/b.h"),
            ("trainer/a.cpp", "base/rpc/b.h"), ("trainer/a.cpp", "sparsweep/v1/b.pb.h"), ("store/a.cpp", "sparsweep/v1/b.pb.h"),
        ]:
            with self.subTest(source=source, include=include):
                found = self.problems({source: f'#include "{include}"\n', include: ""})
                self.assertEqual(found, [f"{source}: must not include {include}"])

    def test_libraries_that_are_forbidden(self):
        for source, include in [
            ("worker/a.cpp", "ATen/core/Tensor.h"), ("contract/a.cpp", "grpcpp/grpcpp.h"), ("trainer/a.cpp", "grpcpp/grpcpp.h"),
            ("pruning_core/models/a.h", "torch/torch.h"), ("worker/a.h", "grpcpp/grpcpp.h"), ("base/a.h", "boost/asio.hpp"),
            ("contract/a.h", "nlohmann/json.hpp"), ("cli/a.cpp", "sqlite3.h"),
        ]:
            with self.subTest(source=source, include=include):
                self.assertEqual(self.problems({source: f"#include <{include}>\n"}), [f"{source}: must not include <{include}>"])

    def test_circles(self):
        found = self.problems({"store/a.h": '#include "store/b.h"\n', "store/b.h": '#include "store/a.h"\n'})
        self.assertEqual(found, ["circle: store/a.h → store/b.h → store/a.h"])

    def test_banned_names(self):
        self.assertEqual(self.problems({"store/utils/a.h": "", "worker/string_util.cpp": ""}),
                         ["worker/string_util.cpp: banned name", "store/utils: banned folder name"])

    def test_folder_without_readme(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "store").mkdir()
            (pathlib.Path(folder) / "store" / "a.h").touch()
            self.assertEqual(architecture.check(folder), ["store: no README.md"])


if __name__ == "__main__":
    unittest.main()
