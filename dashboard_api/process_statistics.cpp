#include "dashboard_api/process_statistics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace sparsweep::dashboard_api {
namespace {

std::string Slurp(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Seconds since the Unix epoch at which the machine started.
double BootTime() {
  std::istringstream lines(Slurp("/proc/stat"));
  for (std::string word; lines >> word;) {
    double seconds = 0;
    if (word == "btime" && lines >> seconds) return seconds;
  }
  return 0;
}

// Fields of proc(5) /proc/self/stat from the third on: index 0 is the state.
std::vector<std::string> StatFields() {
  const std::string stat = Slurp("/proc/self/stat");
  const size_t name_end = stat.rfind(')');  // the second field may hold spaces
  if (name_end == std::string::npos) return {};
  std::istringstream rest(stat.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

}  // namespace

ProcessStatistics ReadProcessStatistics() {
  ProcessStatistics statistics;
  const std::vector<std::string> fields = StatFields();
  if (fields.size() > 21) {
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    statistics.cpu_seconds = (std::stod(fields[11]) + std::stod(fields[12])) / ticks;
    statistics.start_time_seconds = BootTime() + std::stod(fields[19]) / ticks;
    statistics.virtual_bytes = std::stoull(fields[20]);
    statistics.resident_bytes =
        std::stoull(fields[21]) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  }
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++statistics.open_descriptors;
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) statistics.max_descriptors = limit.rlim_cur;
  return statistics;
}

}  // namespace sparsweep::dashboard_api
