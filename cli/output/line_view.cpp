#include <cmath>
#include <map>
#include <string>

#include "cli/output/progress_view.h"
#include "cli/output/text.h"
#include "fmt/format.h"

namespace sparsweep::cli {
namespace {

class LineView final : public ProgressView {
 public:
  explicit LineView(std::ostream& out) : out_(out) {}

  void Update(const Progress& progress) override {
    if (progress.sweep.state() != sweep_state_) {
      sweep_state_ = progress.sweep.state();
      out_ << fmt::format("{}: {}\n", progress.sweep.name(), StateName(sweep_state_));
    }
    for (const v1::Trial& trial : progress.trials) UpdateTrial(progress, trial);
    out_.flush();
  }

  void Finish() override { out_.flush(); }

 private:
  struct Said {
    v1::TrialState state = v1::TRIAL_STATE_PENDING;
    uint32_t attempt_number = 0;
    int64_t tenth = 0;
    double score = 0;
    bool scored = false;
    std::string stage;
  };

  static std::string Label(const v1::Trial& trial) {
    const std::string target = TargetOf(trial);
    return fmt::format("{} {}{}{}", trial.name(), trial.method(), target.empty() ? "" : " ",
                       target);
  }

  static std::string Results(const Progress& progress, const v1::Trial& trial) {
    std::string text;
    if (trial.has_mask_density()) text += ", density " + Percent(trial.mask_density());
    if (trial.has_score()) {
      text += fmt::format(", {} {:.3f}", progress.sweep.metric(), trial.score());
    }
    return text;
  }

  // Of a trial that had ended before this command began to look only the end is said; one that came
  // and went between two updates says both.
  void UpdateTrial(const Progress& progress, const v1::Trial& trial) {
    const bool seen_before = said_.contains(trial.name());
    Said& said = said_[trial.name()];
    const bool starts = IsActive(trial.state()) || (seen_before && HasEnded(trial.state()));
    if (starts && trial.attempt_number() != said.attempt_number) {
      out_ << fmt::format("{}: started, attempt {}{}\n", Label(trial), trial.attempt_number(),
                          trial.worker().empty() ? "" : " on " + trial.worker());
      said = {};
      said.attempt_number = trial.attempt_number();
    }
    if (IsActive(trial.state())) {
      SayStage(trial, &said);
      SayStep(progress, trial, &said);
    } else if (trial.state() != said.state) {
      SayEnd(progress, trial, said);
    }
    if (HasEnded(trial.state())) said.attempt_number = trial.attempt_number();
    said.state = trial.state();
  }

  // A line whenever another fifth of a stage is done.
  void SayStage(const v1::Trial& trial, Said* said) {
    if (trial.stage().empty()) return;
    const std::string stage = fmt::format("{} {:.0f} %", Printable(trial.stage()),
                                          std::floor(trial.stage_share() * 5) * 20);
    if (stage == said->stage) return;
    said->stage = stage;
    out_ << fmt::format("{}: {}\n", Label(trial), stage);
  }

  void SayStep(const Progress& progress, const v1::Trial& trial, Said* said) {
    const int64_t tenth = trial.steps() > 0 ? trial.step() * 10 / trial.steps() : 0;
    const bool scored = trial.has_score() && (!said->scored || trial.score() != said->score);
    said->scored = trial.has_score();
    said->score = trial.score();
    if (tenth <= said->tenth && !scored) return;
    said->tenth = tenth;
    std::string speed;
    if (trial.examples_per_second() > 0) {
      speed = fmt::format(", {:.0f} ex/s, ETA {}", trial.examples_per_second(),
                          Duration(trial.eta_seconds()));
    }
    out_ << fmt::format("{}: step {}/{}{}{}{}\n", Label(trial), trial.step(), trial.steps(),
                        Results(progress, trial), speed, SweepEta(progress));
  }

  void SayEnd(const Progress& progress, const v1::Trial& trial, const Said& said) {
    const std::string why = Printable(trial.failure().message());
    if (HasEnded(trial.state())) {
      out_ << fmt::format("{}: {}{}{} ({} of {} trials){}\n", Label(trial),
                          StateName(trial.state()), Results(progress, trial),
                          trial.state() == v1::TRIAL_STATE_FAILED ? ": " + why : "",
                          Ended(progress), progress.trials.size(), SweepEta(progress));
    } else if (IsActive(said.state) && trial.has_failure()) {
      out_ << fmt::format("{}: attempt {} ended ({}), goes on later: {}\n", Label(trial),
                          trial.attempt_number(), trial.failure().failure_class(), why);
    }
  }

  static std::string SweepEta(const Progress& progress) {
    if (progress.eta_seconds <= 0) return "";
    return fmt::format(", sweep's ETA {}", Duration(progress.eta_seconds));
  }

  static size_t Ended(const Progress& progress) {
    size_t ended = 0;
    for (const v1::Trial& trial : progress.trials) ended += HasEnded(trial.state()) ? 1 : 0;
    return ended;
  }

  std::ostream& out_;
  v1::SweepState sweep_state_ = v1::SWEEP_STATE_UNSPECIFIED;
  std::map<std::string, Said> said_;
};

}  // namespace

std::unique_ptr<ProgressView> NewLineView(std::ostream& out) {
  return std::make_unique<LineView>(out);
}

}  // namespace sparsweep::cli
