#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "pruning_core/eval/prediction_report.h"
#include "pruning_core/model_io/user_error.h"
#include "trainer/commands.h"
#include "trainer/error_file.h"
#include "trainer/failure.h"

namespace sparsweep::trainer {
namespace {

using std::chrono::steady_clock;

struct Request {
  std::string task;
  std::string data;
  std::string predictions;
  bool json = false;
};

Request Parsed(std::span<const std::string_view> arguments) {
  Request request;
  const std::map<std::string_view, std::string*> options{{"--task", &request.task},
                                                         {"--data", &request.data},
                                                         {"--predictions", &request.predictions}};
  const auto usage = [](const std::string& field, const std::string& what) {
    return core::UserError("USAGE", field, "",
                           "score: " + what +
                               "; sparsweep-trainer score --task squad|glue/NAME --data FILE "
                               "--predictions FILE [--json]");
  };
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--json") {
      request.json = true;
      continue;
    }
    const auto option = options.find(arguments[i]);
    if (option == options.end()) {
      throw usage(std::string(arguments[i]),
                  "unknown argument '" + std::string(arguments[i]) + "'");
    }
    if (i + 1 == arguments.size()) {
      throw usage(std::string(arguments[i]), std::string(arguments[i]) + " needs a value");
    }
    *option->second = arguments[++i];
  }
  for (const auto& [name, value] : options) {
    if (value->empty()) throw usage(std::string(name), std::string(name) + " is missing");
  }
  return request;
}

// A line on a terminal that is rewritten every second, once scoring has taken two.
class ProgressLine {
 public:
  void Show(uint64_t done, uint64_t all) {
    const auto now = steady_clock::now();
    if (now < next_ || isatty(STDERR_FILENO) == 0) return;
    next_ = now + std::chrono::seconds(1);
    shown_ = true;
    std::fprintf(stderr, "\r%llu of %llu scored", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(all));
  }
  ~ProgressLine() {
    if (shown_) std::fputs("\n", stderr);
  }

 private:
  steady_clock::time_point next_ = steady_clock::now() + std::chrono::seconds(2);
  bool shown_ = false;
};

void Print(const Request& request, const core::PredictionReport& report) {
  // The official SQuAD script prints per cent, GLUE's metrics are fractions.
  const double scale = request.task == "squad" ? 100 : 1;
  nlohmann::ordered_json line = {{"task", request.task}, {"examples", report.examples}};
  for (const auto& [name, value] : report.values) line[name] = scale * value;
  if (request.json) {
    std::puts(line.dump().c_str());
    return;
  }
  for (const auto& [name, value] : report.values) {
    std::printf("%-24s %.*f\n", name.c_str(), scale == 1 ? 6 : 4, scale * value);
  }
}

}  // namespace

int Score(std::span<const std::string_view> arguments) {
  try {
    const Request request = Parsed(arguments);
    const core::DataSource data{.path = request.data, .field = "--data"};
    const core::DataSource predictions{.path = request.predictions, .field = "--predictions"};
    core::PredictionReport report;
    if (request.task == "squad") {
      ProgressLine line;
      report = core::ScoreAnswers(data, predictions,
                                  [&](uint64_t done, uint64_t all) { line.Show(done, all); });
    } else {
      report = core::ScoreLabels(request.task, data, predictions);
    }
    for (const std::string& warning : report.warnings) {
      std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    Print(request, report);
    return 0;
  } catch (...) {
    return ReportFailure("", CurrentFailure(-1));
  }
}

}  // namespace sparsweep::trainer
