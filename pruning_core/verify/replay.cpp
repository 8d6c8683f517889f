#include "pruning_core/verify/replay.h"

#include <algorithm>
#include <exception>

#include "pruning_core/methods/numeric_error.h"
#include "pruning_core/verify/case_run.h"

namespace sparsweep::core {

bool ReplayReport::within() const {
  return stopped.empty() && not_compared.empty() && !findings.empty() &&
         std::all_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.within(); });
}

ReplayReport Replay(const std::string& directory, at::Device device) {
  GoldenCase golden(directory);
  CaseRun run(golden, device);
  ReplayReport report;
  try {
    run.Run();
  } catch (const NumericError& error) {
    report.stopped = error.what();
  }
  report.findings = run.comparison().findings();
  const std::vector<std::string>& noise = golden.file().noise_only_gradient;
  for (const std::string& name : golden.Unread()) {
    const size_t slash = name.find('/');
    const std::string parameter = slash == std::string::npos ? "" : name.substr(slash + 1);
    const bool left_out = std::find(noise.begin(), noise.end(), parameter) != noise.end();
    (left_out ? report.left_out : report.not_compared).push_back(name);
  }
  return report;
}

}  // namespace sparsweep::core
