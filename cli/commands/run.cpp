#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "cli/attach.h"
#include "cli/commands/commands.h"
#include "cli/commands/failure.h"
#include "cli/commands/outcome.h"
#include "cli/commands/shared_options.h"
#include "cli/connection.h"
#include "cli/endpoint.h"
#include "cli/follow.h"
#include "cli/sweep_file.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

constexpr std::chrono::seconds kCallTimeout(30);
// Another command's coordinator may end while we use it: then start our own.
constexpr int kTries = 3;

absl::StatusOr<unsigned> SlotsAsked(const Invocation& invocation) {
  unsigned slots = 0;
  if (!invocation.Has("slots")) return slots;
  if (!absl::SimpleAtoi(invocation.Value("slots"), &slots) || slots < 1 || slots > 1024) {
    return absl::InvalidArgumentError(
        absl::StrCat("--slots: '", invocation.Value("slots"), "' is not a number from 1 to 1024"));
  }
  return slots;
}

// As many trials at once as the sweep allows and the cores carry; a slot for each of their ranks.
unsigned SlotsFor(const v1::Sweep& sweep) {
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const unsigned ranks = std::max(1U, sweep.ranks());
  const unsigned fit = std::max(1U, cores / (ranks * std::max(1U, sweep.threads())));
  const unsigned most = sweep.max_concurrent_trials();
  return ranks * (most == 0 ? fit : std::min(fit, most));
}

// One `run`: its daemons, if it started them, and what it has seen.
class SweepRun {
 public:
  SweepRun(const Invocation& invocation, const Console& console, SweepFile file, unsigned slots)
      : invocation_(invocation),
        console_(console),
        file_(std::move(file)),
        slots_(slots),
        data_(DataDirectory(invocation)) {}

  int Run() {
    for (int tries = 1;; ++tries) {
      const auto code = Once();
      if (code.ok()) return *code;
      const bool lost =
          coordinator_ && !coordinator_->is_ours() && absl::IsUnavailable(code.status());
      LetGo();
      if (signals_.WaitFor({}) || absl::IsCancelled(code.status())) return Stopped(kInterrupted);
      if (!lost || tries == kTries) return Fail(code.status(), console_);
    }
  }

 private:
  absl::StatusOr<int> Once() {
    auto attached = AttachOrStart(data_, &signals_);
    if (!attached.ok()) return attached.status();
    coordinator_ = *std::move(attached);
    client_ = std::make_unique<Client>(coordinator_->address, kCallTimeout);
    const auto response = SubmitFile(client_.get(), file_, false);
    if (!response.ok()) return response.status();
    sweep_ = response->sweep().name();
    FollowOptions options{invocation_.timeout, [this] { return CheckHolder(); }};
    const bool ended = HasEnded(response->sweep().state());
    if (coordinator_->is_ours()) {
      LocalCluster& cluster = *coordinator_->cluster;
      options.alive = [&cluster] { return cluster.Check(); };
      const unsigned slots = slots_ > 0 ? slots_ : SlotsFor(response->sweep());
      absl::Status started =
          ended
              ? absl::OkStatus()
              : cluster.StartWorker({slots, invocation_.Has("gpu"), invocation_.Value("trainer")});
      if (!started.ok()) return started;
    }
    if (invocation_.output == OutputFormat::kTable && !ended && !coordinator_->page.empty()) {
      console_.out << "page  " << coordinator_->page << "\n" << std::flush;
    }
    return FollowToTheEnd(options);
  }

  // The coordinator of another command that has ended: UNAVAILABLE, and the next try has its own.
  [[nodiscard]] absl::Status CheckHolder() const {
    const auto endpoint = LiveEndpoint(data_);
    if (endpoint.ok() && endpoint->address == coordinator_->address) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("the process that held ", data_, " has ended"));
  }

  absl::StatusOr<int> FollowToTheEnd(const FollowOptions& options) {
    Progress last;
    const auto view = NewProgressView(invocation_.output == OutputFormat::kTable, console_);
    const auto end = Follow(client_.get(), sweep_, view.get(), &signals_, options, &last);
    view->Finish();
    if (!end.ok()) return end.status();
    if (*end == FollowEnd::kSweepEnded) {
      LetGo();
      return PrintOutcome(last, data_, WhereOption(invocation_), invocation_.output, console_);
    }
    return Stopped(*end == FollowEnd::kTimedOut ? kTimeout : kInterrupted);
  }

  int Stopped(int code) {
    if (coordinator_ && !coordinator_->is_ours() && !sweep_.empty()) {
      console_.err << fmt::format("sparsweep: {} goes on in the process that holds {}\n", sweep_,
                                  data_);
      return code;
    }
    if (coordinator_) {
      // The terminal has written ^C where the cursor was.
      console_.err << (console_.err_is_terminal ? "\n" : "")
                   << "sparsweep: stopping, trainers write their checkpoints; again to kill them\n"
                   << std::flush;
      LetGo();
    }
    console_.err << fmt::format("sparsweep: stopped; go on with `sparsweep run {}{}`\n",
                                ShellQuoted(file_.path), WhereOption(invocation_));
    return code;
  }

  // The connection first: a coordinator waits for clients that hang on.
  void LetGo() {
    client_ = nullptr;
    coordinator_.reset();
  }

  const Invocation& invocation_;
  const Console& console_;
  SweepFile file_;
  unsigned slots_;  // 0: as the sweep asks
  std::string data_;
  StopSignals signals_;
  std::optional<Attached> coordinator_;
  std::unique_ptr<Client> client_;
  std::string sweep_;
};

int Run(const Invocation& invocation, const Console& console) {
  const auto slots = SlotsAsked(invocation);
  if (!slots.ok()) return Fail(slots.status(), console);
  auto file = ReadSweepFile(invocation.operands[0]);
  if (!file.ok()) return Fail(file.status(), console);
  return SweepRun(invocation, console, *std::move(file), *slots).Run();
}

}  // namespace

Command RunCommand() {
  OptionSpec data = kDataOption;
  data.excludes = {};
  return {"run",
          "FILE",
          "run a sweep on this machine, or go on with it",
          {data,
           {"slots", "N", "trials at once on the CPU (default: as the sweep and the cores allow)"},
           {"gpu", "", "offer this machine's GPUs too (needs a trainer built with CUDA)"},
           {"trainer", "PATH", "another sparsweep-trainer", "SPARSWEEP_TRAINER"},
           kWaitTimeoutOption,
           kOutputOption,
           kHelpOption},
          1,
          1,
          &Run};
}

}  // namespace sparsweep::cli
