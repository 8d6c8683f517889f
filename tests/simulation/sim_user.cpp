#include "tests/simulation/sim_user.h"

#include <utility>

#include "base/status.h"

namespace sparsweep::simulation {
namespace {

constexpr std::chrono::milliseconds kCallTimeout{5000};

std::string Yaml(const std::string& name, int trials, int ranks) {
  std::string values;
  for (int i = 1; i <= trials; ++i) {
    if (i > 1) values += ", ";
    values += "0." + std::to_string(i);
  }
  return "name: " + name +
         "\nmodel: {path: /m}\ntask: {train: /t, dev: /d, format: {text: [a]}}\n"
         "training: {steps: 300, warmup_steps: 30}\nmax_restarts: 3\n"
         "groups: [{method: movement, density: {values: [" +
         values + "]}}]\nresources: {ranks: " + std::to_string(ranks) + "}\n";
}

bool WorthRepeating(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsAborted(status);
}

}  // namespace

SimUser::SimUser(int number, int trials, int ranks, bool bad, SimNetwork& network)
    : trials_(trials),
      ranks_(ranks),
      sweep_("sweep-" + std::to_string(number) + (bad ? "-bad" : "")),
      id_("user-" + std::to_string(number)),
      network_(network) {}

void SimUser::Act() {
  if (calling_ || refused_) return;
  if (!submitted_) return Submit();
  if (wants_cancel_ && !canceled_) Cancel();
}

void SimUser::Submit() {
  calling_ = true;
  auto checked = coordinator::CheckSweep({Yaml(sweep_, trials_, ranks_), "/"});
  const coordinator::SubmitRequest request{id_, false, *std::move(checked)};
  network_.Call<coordinator::SweepAnswer>(
      [request](coordinator::CoordinatorCore& core,
                coordinator::Reply<coordinator::SweepAnswer> reply) {
        core.SubmitSweep(request, std::move(reply));
      },
      kCallTimeout,
      [this](const absl::StatusOr<coordinator::SweepAnswer>& answer) {
        calling_ = false;
        submitted_ = answer.ok() && !answer->attached;  // the first answer, however often we asked
        refused_ = answer.ok() ? answer->attached : !WorthRepeating(answer.status());
      });
}

void SimUser::Cancel() {
  calling_ = true;
  network_.Call<coordinator::SweepAnswer>(
      [request = coordinator::CancelRequest{id_, sweep_}](
          coordinator::CoordinatorCore& core, coordinator::Reply<coordinator::SweepAnswer> reply) {
        core.CancelSweep(request, std::move(reply));
      },
      kCallTimeout,
      [this](const absl::StatusOr<coordinator::SweepAnswer>& answer) {
        calling_ = false;
        canceled_ = answer.ok();
        if (base::ReasonOf(answer.status()).reason == "SWEEP_ENDED") {
          wants_cancel_ = false;  // it was too late
        } else {
          refused_ = !answer.ok() && !WorthRepeating(answer.status());
        }
      });
}

}  // namespace sparsweep::simulation
