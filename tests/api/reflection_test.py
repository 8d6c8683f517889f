"""reflection_test.py BIN: a client without our protos lists, describes and calls the services of a live coordinator."""
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

try:
    import grpc
    from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

BIN = pathlib.Path(sys.argv[1])
REFLECTION = "grpc.reflection.v1alpha.ServerReflection"
SERVICES = {f"sparsweep.v1.{name}Service" for name in ("Sweep", "Trial", "Mask", "Worker", "Result")}
# Debian's protobuf 3.21 creates classes by prototype; newer ones by GetMessageClass.
message_class = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory().GetPrototype


def protos_of_reflection(folder):
    out = pathlib.Path(folder, "reflection.pb")
    subprocess.run(["protoc", "-I", "/usr/share/grpc-proto", f"--descriptor_set_out={out}", "--include_imports",
                    "grpc/reflection/v1alpha/reflection.proto", "grpc/health/v1/health.proto"], check=True)
    return descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())


class ReflectionClient:
    """Learns every message from the server."""

    def __init__(self, target, folder):
        self.channel = grpc.insecure_channel(target)
        self.pool = descriptor_pool.DescriptorPool()
        self.seen = set()
        for file in protos_of_reflection(folder).file:
            self.add(file)

    def add(self, file):
        self.pool.Add(file)
        self.seen.add(file.name)

    def ask(self, **question):
        request = message_class(self.pool.FindMessageTypeByName("grpc.reflection.v1alpha.ServerReflectionRequest"))
        response = message_class(self.pool.FindMessageTypeByName("grpc.reflection.v1alpha.ServerReflectionResponse"))
        call = self.channel.stream_stream(f"/{REFLECTION}/ServerReflectionInfo",
                                          request_serializer=request.SerializeToString, response_deserializer=response.FromString)
        return next(call(iter([request(**question)]), timeout=10))

    def services(self):
        return {service.name for service in self.ask(list_services="*").list_services_response.service}

    def learn(self, **question):
        for content in self.ask(**question).file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(content)
            if file.name in self.seen:
                continue
            self.seen.add(file.name)
            for dependency in file.dependency:
                if dependency not in self.seen:
                    self.learn(file_by_filename=dependency)
            self.pool.Add(file)

    def call(self, service, method, /, **fields):
        try:
            self.pool.FindServiceByName(service)
        except KeyError:
            self.learn(file_containing_symbol=service)
        found = self.pool.FindServiceByName(service).FindMethodByName(method)
        request, response = message_class(found.input_type), message_class(found.output_type)
        call = self.channel.unary_unary(f"/{service}/{method}", request_serializer=request.SerializeToString,
                                        response_deserializer=response.FromString)
        return json_format.MessageToDict(call(json_format.ParseDict(fields, request()), timeout=10))


SWEEP = """
name: reflected
model: {path: /nowhere/model}
task: {train: /nowhere/train.tsv, dev: /nowhere/dev.tsv, format: {text: [definition], label: label}}
training: {steps: 300, warmup_steps: 30}
groups:
  - {method: magnitude, density: {values: [0.1, 0.03]}}
"""


class LiveCoordinator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.process = subprocess.Popen([BIN / "sparsweep-coordinator", "--data", cls.folder.name + "/data",
                                        "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        endpoint = pathlib.Path(cls.folder.name, "data", "endpoint.json")
        deadline = time.monotonic() + 20
        while not endpoint.exists():
            if cls.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("no coordinator: " + cls.process.stderr.read())
            time.sleep(0.02)
        cls.endpoint = json.loads(endpoint.read_text())
        cls.client = ReflectionClient(cls.endpoint["grpc"][0], cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.process.send_signal(signal.SIGTERM)
        cls.status = cls.process.wait(timeout=20)
        cls.process.stderr.close()
        cls.folder.cleanup()
        if cls.status != 0:
            raise AssertionError(f"the coordinator ended with {cls.status}")

    def http(self, path):
        with urllib.request.urlopen(self.endpoint["http"].split("?")[0].rstrip("/") + path, timeout=10) as answer:
            return answer.read().decode()

    def test_lists_every_service(self):
        self.assertLessEqual(SERVICES | {REFLECTION, "grpc.health.v1.Health"}, self.client.services())

    def test_health(self):
        for service in sorted(SERVICES | {""}):
            self.assertEqual(self.client.call("grpc.health.v1.Health", "Check", service=service), {"status": "SERVING"}, service)

    def test_submit_list_get_cancel(self):
        submit = self.client.call("sparsweep.v1.SweepService", "SubmitSweep", yaml=SWEEP, request_id="6ba7b810-9dad-41d1-80b4-00c04fd430c8")
        self.assertEqual(submit["sweep"]["counts"], {"pending": 2})
        again = self.client.call("sparsweep.v1.SweepService", "SubmitSweep", yaml=SWEEP, request_id="6ba7b810-9dad-41d1-80b4-00c04fd430c8")
        self.assertEqual(again, submit)
        trials = self.client.call("sparsweep.v1.TrialService", "ListTrials", sweep="reflected", pageSize=1)
        self.assertEqual([trial["density"] for trial in trials["trials"]], [0.1])
        rest = self.client.call("sparsweep.v1.TrialService", "ListTrials", sweep="reflected", pageToken=trials["nextPageToken"])
        self.assertEqual([trial["density"] for trial in rest["trials"]], [0.03])
        self.assertEqual(self.client.call("sparsweep.v1.ResultService", "GetFront", sweep="reflected").get("points", []), [])
        canceled = self.client.call("sparsweep.v1.SweepService", "CancelSweep", name="reflected")
        self.assertEqual(canceled["sweep"]["state"], "SWEEP_STATE_CANCELED")

    def test_error_carries_its_reason(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.client.call("sparsweep.v1.SweepService", "GetSweep", name="unheard-of")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)
        details = dict(caught.exception.trailing_metadata())["grpc-status-details-bin"]
        self.assertIn(b"google.rpc.ErrorInfo", details)

    def test_metrics(self):
        text = self.http("/metrics")
        self.assertIn('sparsweep_trials{state="pending"}', text)
        self.assertIn("sparsweep_build_info", text)
        if shutil.which("promtool"):
            checked = subprocess.run(["promtool", "check", "metrics"], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual((checked.returncode, checked.stdout), (0, ""))

    def test_healthz(self):
        self.assertIn("ok", self.http("/healthz").lower())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
