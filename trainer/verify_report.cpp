#include "trainer/verify_report.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

namespace sparsweep::trainer {
namespace {

std::string PlaceText(const core::Place& place) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (place.forward >= 0) add(fmt::format("forward {}", place.forward));
  if (place.forward < 0 && place.step >= 0) add(fmt::format("step {}", place.step));
  if (!place.tensor.empty()) add(place.tensor);
  if (place.element >= 0) add(fmt::format("element {}", place.element));
  return text;
}

nlohmann::ordered_json PlaceJson(const core::Place& place) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (place.forward >= 0) json["forward"] = place.forward;
  if (place.step >= 0) json["step"] = place.step;
  if (!place.tensor.empty()) json["tensor"] = place.tensor;
  if (place.element >= 0) json["element"] = place.element;
  return json;
}

}  // namespace

std::string ReportText(const std::string& directory, const core::ReplayReport& report) {
  std::string text = fmt::format("{}: {}\n", directory,
                                 report.within() ? "within tolerances" : "BEYOND TOLERANCES");
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "  {:<20} {:>9} {:>13} {:>10} {:>7}  where\n", "quantity", "compared",
                 "largest error", "tolerance", "beyond");
  for (const core::Finding& finding : report.findings) {
    fmt::format_to(out, "{} {:<20} {:>9} {:>13.3g} {:>10.3g} {:>7}  {}\n",
                   finding.within() ? " " : "!", core::QuantityName(finding.quantity),
                   finding.compared, finding.error, finding.tolerance, finding.beyond,
                   finding.error > 0.0 ? PlaceText(finding.place) : "");
    if (!finding.within()) {
      fmt::format_to(out, "  {:<20} {} instead of {}\n", "", finding.ours, finding.stored);
    }
  }
  if (!report.stopped.empty()) fmt::format_to(out, "! stopped: {}\n", report.stopped);
  for (const std::string& name : report.not_compared) {
    fmt::format_to(out, "! not compared: {}\n", name);
  }
  if (!report.left_out.empty()) {
    fmt::format_to(out, "  {} tensors of noise_only_gradient left out\n", report.left_out.size());
  }
  return text;
}

nlohmann::ordered_json ReportJson(const std::string& directory, const core::ReplayReport& report) {
  nlohmann::ordered_json quantities = nlohmann::ordered_json::array();
  for (const core::Finding& finding : report.findings) {
    quantities.push_back({{"quantity", core::QuantityName(finding.quantity)},
                          {"within", finding.within()},
                          {"compared", finding.compared},
                          {"largest_error", finding.error},
                          {"tolerance", finding.tolerance},
                          {"beyond", finding.beyond},
                          {"ours", finding.ours},
                          {"stored", finding.stored},
                          {"where", PlaceJson(finding.place)}});
  }
  return {{"case", directory},
          {"within", report.within()},
          {"quantities", std::move(quantities)},
          {"left_out", report.left_out},
          {"not_compared", report.not_compared},
          {"stopped", report.stopped}};
}

}  // namespace sparsweep::trainer
