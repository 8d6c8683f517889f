"""What is said, and with which exit code, when something is not as it should be."""
import json
import os
import socket
import unittest

from sandbox import SWEEP, Sandbox, main


class Errors(Sandbox):
    def assert_one_line(self, done, *words):
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("sparsweep: "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_nobody_listens(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        for command in (["list"], ["front", "small"], ["show", "small"], ["cancel", "small"], ["submit", "sweep.yaml"]):
            with self.subTest(command[0]):
                self.assert_one_line(self.sparsweep(*command, "--server", address, code=5), address)

    def test_no_coordinator_to_submit_to(self):
        self.run_sweep()
        self.assert_one_line(self.sparsweep("submit", "sweep.yaml", code=5), "sparsweep run sweep.yaml", "--server ADDR")

    def test_unknown_sweeps_and_trials(self):
        self.run_sweep()
        for command in (["list", "unheard-of"], ["front", "unheard-of"], ["show", "unheard-of"], ["cancel", "unheard-of"]):
            with self.subTest(command[0]):
                self.assert_one_line(self.sparsweep(*command, code=3), "unheard-of")
        self.assert_one_line(self.sparsweep("show", "t-009999", code=3), "t-009999")

    def test_no_data_directory(self):
        self.assert_one_line(self.sparsweep("list", code=3), str(self.data), "--data DIR", "--server ADDR")
        self.assertFalse(self.data.exists())

    def test_no_sweep_file(self):
        self.assert_one_line(self.sparsweep("run", "absent.yaml", code=3), "absent.yaml")
        self.assert_one_line(self.sparsweep("run", ".", code=2), "a folder")
        self.assertFalse(self.data.exists())

    def test_mistyped_key(self):
        self.write("sweep.yaml", SWEEP.replace("evaluate_every", "evalute_every"))
        self.assert_one_line(self.run_sweep(code=2), "sweep.yaml:5:", "evalute_every", "did you mean 'evaluate_every'?")

    def test_no_yaml(self):
        self.write("sweep.yaml", "name: [small\n")
        self.assert_one_line(self.run_sweep(code=2), "sweep.yaml:")

    def test_lambda_with_a_rank_based_method(self):
        self.write("sweep.yaml", SWEEP.replace("{method: dense}", "{method: movement, lambda: 100}"))
        self.assert_one_line(self.run_sweep(code=2), "sweep.yaml:", "lambda")

    def test_density_outside_of_its_range(self):
        self.write("sweep.yaml", SWEEP.replace("[0.1, 0.03]", "[0.1, 1.5]"))
        self.assert_one_line(self.run_sweep(code=2), "sweep.yaml:", "density", "1.5")

    def test_run_shorter_than_its_warmup(self):
        self.write("sweep.yaml", SWEEP.replace("warmup_steps: 4", "warmup_steps: 40"))
        self.assert_one_line(self.run_sweep(code=2), "sweep.yaml:", "warmup")

    def test_dry_run_stores_nothing(self):
        coordinator, address = self.start_coordinator()
        self.assertIn("valid, nothing stored", self.sparsweep("submit", "--dry-run", "sweep.yaml", "--server", address).stdout)
        self.assertEqual(json.loads(self.sparsweep("list", "-o", "json", "--server", address).stdout)["sweeps"], [])
        self.write("sweep.yaml", "nam: x\n")
        self.assert_one_line(self.sparsweep("submit", "--dry-run", "sweep.yaml", "--server", address, code=2), "'name'")

    def start_coordinator(self):
        coordinator = self.start("sparsweep-coordinator", "--data", self.folder / "cluster", "--listen", "127.0.0.1:0",
                                 "--http", "127.0.0.1:0")
        return coordinator, self.endpoint(coordinator, self.folder / "cluster")["grpc"][0]

    def test_data_directory_that_cannot_be_made(self):
        self.write("file", "")
        self.assert_one_line(self.run_sweep("--data", self.folder / "file" / "data", code=1), str(self.folder / "file/data"))
        self.assert_one_line(self.run_sweep("--data", self.folder / "file", code=1), str(self.folder / "file"))

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_data_directory_without_write_permission(self):
        self.data.mkdir(mode=0o500)
        self.assert_one_line(self.run_sweep(code=1), str(self.data), "Permission denied", "--data DIR")

    def test_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            coordinator = self.start("sparsweep-coordinator", "--data", self.data, "--listen", address, "--http", "127.0.0.1:0")
            self.assertEqual(coordinator.wait(), 5)
            self.assertIn(address, coordinator.err)

    def test_socket_in_use(self):
        (self.data / "run").mkdir(parents=True)
        with socket.socket(socket.AF_UNIX) as taken:
            taken.bind(str(self.data / "run/coordinator.sock"))
            taken.listen()
            self.assert_one_line(self.run_sweep(code=5), str(self.data / "run/coordinator.sock"))

    def test_socket_of_a_dead_process_is_replaced(self):
        (self.data / "run").mkdir(parents=True)
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(self.data / "run/coordinator.sock"))
        self.run_sweep()

    def test_endpoint_of_a_dead_process_is_ignored(self):
        self.run_sweep()
        (self.data / "endpoint.json").write_text('{"grpc":["unix:/nowhere.sock"],"http":"","token":"","pid":2147483646}')
        self.assertEqual(self.front()["sweep"], "small")

    def test_data_directory_held_by_a_coordinator_elsewhere(self):
        # It serves on another address and its endpoint file is gone: nothing to attach to.
        holder = self.start("sparsweep-coordinator", "--data", self.data, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0",
                            "--endpoint-file", self.folder / "hidden.json")
        self.endpoint(holder, self.folder, "hidden.json")
        self.assert_one_line(self.run_sweep(code=4), str(self.data))


if __name__ == "__main__":
    main()
