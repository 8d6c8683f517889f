#include "coordinator/sweep/sweep_spec.h"

#include <fmt/format.h>

namespace sparsweep::coordinator::sweep {

Mark SweepSpec::MarkOf(size_t group, std::string_view field) const {
  const std::string group_path = fmt::format("groups[{}]", group);
  const size_t dot = field.find('.');
  const std::string_view last = dot == std::string_view::npos ? field : field.substr(dot + 1);
  const std::string section(field.substr(0, dot));
  const bool of_group = section == "training" || section == "pruning";
  for (const std::string& path : {fmt::format("{}.{}", group_path, last), std::string(field),
                                  of_group ? group_path : section, group_path}) {
    if (const auto found = marks.find(path); found != marks.end()) return found->second;
  }
  return {1, 1};
}

}  // namespace sparsweep::coordinator::sweep
