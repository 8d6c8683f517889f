// scripted-trainer: the command line, files, exit codes and signals of sparsweep-trainer without
// the training. Steps take SPARSWEEP_STEP_MS (10), scores are functions of the point, and a script
// makes it misbehave (scripted_trainer_script.h).
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/version.h"
#include "contract/mask_file.h"
#include "contract/trainer_error.h"
#include "contract/trainer_event.h"
#include "contract/trial_spec.h"
#include "contract/validate.h"
#include "tests/support/scripted_trainer_files.h"
#include "tests/support/scripted_trainer_script.h"

namespace sparsweep::test {
namespace {

using contract::FailureClass;

std::atomic<bool> stop_requested{false};

// Ends main with an exit code and, if the class is known, an error.json.
struct Failure {
  FailureClass failure_class;
  std::string reason;
  std::string field;
  std::string message;
};

void Check(const absl::Status& status) {
  if (!status.ok()) throw Failure{FailureClass::kDisk, "DISK", "", std::string(status.message())};
}

int ReportFailure(const std::string& directory, const Failure& failure) {
  contract::TrainerError error;
  error.failure_class = failure.failure_class;
  error.reason = failure.reason;
  error.field = failure.field;
  error.message = failure.message;
  std::cerr << "scripted-trainer: " << failure.message << "\n";
  if (!directory.empty()) {
    (void)base::WriteFileAtomically(directory + "/error.json", contract::ToJson(error));
  }
  return contract::ExitCode(failure.failure_class);
}

// Steps through one attempt. What it cannot do it throws as a Failure.
class Run {
 public:
  Run(contract::TrialSpec spec, Script script)
      : spec_(std::move(spec)), script_(std::move(script)) {
    if (leads()) OpenEvents();
    Resume();
  }
  ~Run() { close(events_); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void Train() {
    if (spec_.world.size > 1) Meet();
    Emit(contract::Started{base::kVersion, spec_.device, spec_.threads, spec_.pruning.numerics,
                           2 * 32 * 32, 2 * 32 * 32 + 100});
    ObeyScript();
    while (state_.step < spec_.training.steps) {
      if (stop_requested && !ignore_sigterm_) Stop();
      std::this_thread::sleep_for(std::chrono::milliseconds(script_.step_ms));
      TakeStep(spec_, &state_);
      if (state_.step % 5 == 0) EmitProgress();
      if (Every(spec_.training.evaluate_every)) EmitScore();
      if (Every(spec_.training.checkpoint_every) || state_.step == spec_.training.steps) {
        Checkpoint();
      }
      ObeyScript();
    }
    if (leads()) Finish();
  }

 private:
  // Rank 0 alone writes events and results.
  [[nodiscard]] bool leads() const { return spec_.world.rank == 0; }

  void OpenEvents() {
    events_ = open((spec_.directory + "/events.jsonl").c_str(),
                   O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (events_ < 0) {
      throw Failure{FailureClass::kUser, "DIRECTORY_IN_USE", "directory",
                    spec_.directory + " holds an earlier attempt"};
    }
  }
  void Resume() {
    state_ = InitialState(spec_);
    if (spec_.resume_from.empty()) return;
    const absl::StatusOr<ScriptedState> state = LoadState(spec_.resume_from);
    if (!state.ok()) {
      throw Failure{FailureClass::kUser, "CHECKPOINT_DAMAGED", spec_.resume_from,
                    absl::StrCat(spec_.resume_from, ": ", state.status().message())};
    }
    ScriptedState expected = InitialState(spec_);
    while (expected.step < state->step) TakeStep(spec_, &expected);
    if (expected.digest != state->digest) {
      throw Failure{FailureClass::kUser, "CHECKPOINT_MISMATCH", spec_.resume_from,
                    absl::StrCat(spec_.resume_from, ": written by another run")};
    }
    state_ = *state;
  }

  // Rank 0 waits at the rendezvous until all others have come.
  void Meet() {
    sockaddr_in place{};
    const size_t colon = spec_.world.rendezvous.rfind(':');
    int port = 0;
    if (colon == std::string::npos ||
        !absl::SimpleAtoi(spec_.world.rendezvous.substr(colon + 1), &port) ||
        inet_pton(AF_INET, spec_.world.rendezvous.substr(0, colon).c_str(), &place.sin_addr) != 1) {
      throw Failure{FailureClass::kUser, "BAD_SPEC", "world.rendezvous", spec_.world.rendezvous};
    }
    place.sin_family = AF_INET;
    place.sin_port = htons(static_cast<uint16_t>(port));
    const auto* address = reinterpret_cast<const sockaddr*>(&place);
    if (leads()) {
      const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (bind(listener, address, sizeof place) != 0 || listen(listener, 128) != 0) {
        throw Failure{FailureClass::kInternal, "PORT_TAKEN", "", spec_.world.rendezvous};
      }
      for (uint32_t others = spec_.world.size - 1; others > 0; --others) {
        pollfd coming{.fd = listener, .events = POLLIN, .revents = 0};
        while (poll(&coming, 1, 50) <= 0) {
          if (stop_requested) throw Failure{FailureClass::kStopped, "STOPPED", "", "stopped"};
        }
        accept(listener, nullptr, nullptr);  // stays open
      }
      close(listener);
      return;
    }
    for (;;) {
      const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      if (connect(connection, address, sizeof place) == 0) return;
      close(connection);
      if (stop_requested) throw Failure{FailureClass::kStopped, "STOPPED", "", "stopped"};
      poll(nullptr, 0, 10);
    }
  }

  void Emit(contract::EventBody body) {
    if (!leads()) return;
    const std::string line =
        contract::ToJson({.sequence = ++sequence_, .step = state_.step, .body = std::move(body)}) +
        "\n";
    Write(line);
  }
  void Write(const std::string& text) {
    if (write(events_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw Failure{FailureClass::kDisk, "DISK", "", "cannot write events.jsonl"};
    }
  }
  void EmitProgress() {
    const double seconds = static_cast<double>(script_.step_ms) / 1000;
    Emit(contract::Progress{spec_.training.batch / (seconds + 1e-6),
                            seconds * static_cast<double>(spec_.training.steps - state_.step)});
    Emit(contract::Metric{"loss", 1.0 / static_cast<double>(1 + state_.step)});
    EmitDensity();
  }
  void EmitDensity() {
    const double density = ScriptedDensity(spec_, state_.step);
    Emit(contract::Density{density, density + (1 - density) * 0.01, {}});
  }
  void EmitScore() { Emit(contract::Metric{"accuracy", ScriptedScore(spec_, state_)}); }

  void Checkpoint() {
    if (!leads()) return;
    const std::string file = absl::StrCat("checkpoint-", state_.step, ".safetensors");
    const absl::StatusOr<std::string> hash = SaveState(spec_.directory + "/" + file, state_);
    Check(hash.status());
    Emit(contract::CheckpointWritten{file, *hash});
    kept_.push_back(file);
    if (kept_.size() <= 2) return;
    std::filesystem::remove(spec_.directory + "/" + kept_.front());
    kept_.erase(kept_.begin());
  }

  void Finish() {
    EmitScore();
    const std::string masks = contract::SerializeMaskFile(ScriptedMasks(spec_));
    Check(base::WriteFileAtomically(spec_.directory + "/masks.safetensors", masks));
    Emit(contract::MaskWritten{"masks.safetensors", contract::ContentHash(masks)});
    const std::string model = spec_.directory + "/model";
    std::filesystem::create_directories(model);
    Check(base::WriteFileAtomically(model + "/config.json", "{\"model_type\":\"bert\"}\n"));
    Emit(contract::Exported{model});
    EmitDensity();
    Emit(contract::Finished{ScriptedScore(spec_, state_)});
  }

  [[noreturn]] void Stop() {
    Checkpoint();
    throw Failure{FailureClass::kStopped, "STOPPED", "", "stopped as asked"};
  }

  void ObeyScript() {
    for (const ScriptRule& rule : script_.rules) {
      if (rule.step == state_.step && rule.AppliesTo(spec_)) Obey(rule);
    }
  }
  void Obey(const ScriptRule& rule) {
    if (rule.action == "fail") {
      throw Failure{
          contract::ParseFailureClass(rule.failure_class).value_or(FailureClass::kInternal),
          rule.reason, "", "failed as scripted"};
    }
    if (rule.action == "crash") raise(SIGKILL);
    if (rule.action == "cut_line") {
      Write("{\"sequence\":");
      raise(SIGKILL);
    }
    if (rule.action == "bad_line") Write("not an event\n");
    if (rule.action == "exit_early") _exit(0);
    if (rule.action == "ignore_sigterm") ignore_sigterm_ = true;
    if (rule.action == "hang") {
      while (ignore_sigterm_ || !stop_requested) poll(nullptr, 0, 50);
      Stop();
    }
  }
  [[nodiscard]] bool Every(uint32_t interval) const {
    return interval != 0 && state_.step % interval == 0;
  }

  contract::TrialSpec spec_;
  Script script_;
  int events_ = -1;
  uint64_t sequence_ = 0;
  ScriptedState state_;
  std::vector<std::string> kept_;
  bool ignore_sigterm_ = false;
};

contract::TrialSpec ReadSpec(const std::string& path) {
  const absl::StatusOr<std::string> text = base::ReadFile(path, 1 << 20);
  if (!text.ok()) throw Failure{FailureClass::kUser, "BAD_SPEC", path, text.status().ToString()};
  const absl::StatusOr<contract::TrialSpec> spec = contract::ParseTrialSpec(*text);
  if (!spec.ok()) throw Failure{FailureClass::kUser, "BAD_SPEC", "", spec.status().ToString()};
  return *spec;
}

void CheckSpec(const contract::TrialSpec& spec) {
  if (const absl::Status valid = contract::Validate(spec); !valid.ok()) {
    throw Failure{FailureClass::kUser, "BAD_SPEC", "", std::string(valid.message())};
  }
  for (const auto& [field, path] :
       {std::pair("model.path", spec.model.path), std::pair("task.train", spec.task.train),
        std::pair("task.dev", spec.task.dev)}) {
    if (!std::filesystem::exists(path)) {
      throw Failure{FailureClass::kUser, "NOT_FOUND", field,
                    absl::StrCat(field, ": ", path, " is not there")};
    }
  }
}

std::string InputHash(const contract::TrialSpec& spec) {
  return contract::ContentHash(
      absl::StrCat(spec.model.path, "\n", spec.task.train, "\n", spec.task.dev));
}

// The worker that held the other end is gone.
void ExitOnStdinEof() {
  std::thread([] {
    char unread[64];
    while (read(STDIN_FILENO, unread, sizeof unread) > 0) {
    }
    _exit(128 + SIGHUP);
  }).detach();
}

int Main(const std::vector<std::string>& arguments) {
  signal(SIGTERM, [](int) { stop_requested = true; });
  std::string verb, path;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--exit-on-stdin-eof") {
      ExitOnStdinEof();
    } else if (arguments[i] == "--hang-timeout") {
      ++i;  // nobody here waits for another rank
    } else {
      (verb.empty() ? verb : path) = arguments[i];
    }
  }
  if ((verb != "train" && verb != "check") || path.empty()) {
    std::cerr << "usage: scripted-trainer train|check SPEC.json [--exit-on-stdin-eof] "
                 "[--hang-timeout SECONDS]\n";
    return 2;
  }
  std::string directory;
  try {
    const contract::TrialSpec spec = ReadSpec(path);
    directory = spec.directory;
    if (spec.world.rank > 0) directory += absl::StrCat("/rank-", spec.world.rank);
    CheckSpec(spec);
    if (verb == "check") {
      std::cout << "{\"input_hash\":\"" << InputHash(spec) << "\"}\n";
      return 0;
    }
    if (!spec.input_hash.empty() && spec.input_hash != InputHash(spec)) {
      throw Failure{FailureClass::kUser, "INPUT_CHANGED", "input_hash", "other model or data"};
    }
    const absl::StatusOr<Script> script = LoadScript();
    Check(script.status());
    Run(spec, *script).Train();
    return 0;
  } catch (const Failure& failure) {
    return ReportFailure(directory, failure);
  }
}

}  // namespace
}  // namespace sparsweep::test

int main(int argc, char** argv) {
  return sparsweep::test::Main(std::vector<std::string>(argv + 1, argv + argc));
}
