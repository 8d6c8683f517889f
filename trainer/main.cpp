// sparsweep-trainer: one rank of one attempt, or a look at what it would read and has written.
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

#include "base/version.h"
#include "trainer/commands.h"
#include "trainer/stop_signal.h"

namespace {

constexpr char kUsage[] =
    "usage: sparsweep-trainer train SPEC.json [--exit-on-stdin-eof] [--hang-timeout SECONDS]\n"
    "                                                                 train one attempt; a rank "
    "that keeps others\n"
    "                                                                 waiting for 300 s ends it\n"
    "       sparsweep-trainer check SPEC.json [--exit-on-stdin-eof]   read model and data, train "
    "nothing\n"
    "       sparsweep-trainer verify DIR... [--json] [--device cpu|cuda]\n"
    "                                                                 replay stored runs: 0 equal, "
    "1 not, 2 wrong folder\n"
    "       sparsweep-trainer score --task squad|glue/NAME --data FILE --predictions FILE "
    "[--json]\n"
    "                                                                 official scores of "
    "predictions\n"
    "       sparsweep-trainer tokenize --model DIR [--offsets]        token ids of stdin's lines, "
    "and their places\n"
    "       sparsweep-trainer inspect FILE                            what a safetensors file "
    "holds\n"
    "       sparsweep-trainer --version\n"
    "Exit codes: 0 finished, 2 user, 3 out of memory, 4 device, 5 lost collective, 6 numeric, 7 "
    "disk, 8 stopped as\n"
    "asked, 70 internal.\n";
constexpr int kUsageError = 2;

}  // namespace

int main(int argc, char** argv) {
  using namespace sparsweep::trainer;
  std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const bool exit_on_eof = std::erase(arguments, "--exit-on-stdin-eof") > 0;
  const std::string_view verb = arguments.empty() ? "" : arguments[0];
  if (exit_on_eof && (verb == "train" || verb == "check")) ExitOnStdinEof();
  if (verb == "train") return Train(std::span(arguments).subspan(1));
  if (verb == "score") return Score(std::span(arguments).subspan(1));
  if (verb == "tokenize") return Tokenize(std::span(arguments).subspan(1));
  if (verb == "verify") return Verify(std::span(arguments).subspan(1));
  if (arguments.size() == 2) {
    const std::string operand(arguments[1]);
    if (verb == "check") return Check(operand);
    if (verb == "inspect") return Inspect(operand);
  }
  if (verb == "--version") return std::printf("%s\n", sparsweep::base::kVersion) > 0 ? 0 : 1;
  const bool help = verb == "--help" || verb == "help";
  std::fputs(kUsage, help ? stdout : stderr);
  return help ? 0 : kUsageError;
}
