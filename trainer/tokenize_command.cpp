#include <iostream>

#include "pruning_core/model_io/user_error.h"
#include "pruning_core/tokenizer/tokenize_lines.h"
#include "trainer/commands.h"
#include "trainer/error_file.h"
#include "trainer/failure.h"

namespace sparsweep::trainer {
namespace {

struct Request {
  std::string model;
  bool offsets = false;
};

Request Parsed(std::span<const std::string_view> arguments) {
  const auto usage = [](const std::string& field, const std::string& what) {
    return core::UserError(
        "USAGE", field, "",
        "tokenize: " + what + "; sparsweep-trainer tokenize --model DIR [--offsets] < LINES");
  };
  Request request;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument(arguments[i]);
    if (argument == "--offsets") {
      request.offsets = true;
    } else if (argument == "--model" && i + 1 < arguments.size()) {
      request.model = arguments[++i];
    } else {
      throw usage(argument, argument == "--model" ? "--model needs a value"
                                                  : "unknown argument '" + argument + "'");
    }
  }
  if (request.model.empty()) throw usage("--model", "--model is missing");
  return request;
}

}  // namespace

int Tokenize(std::span<const std::string_view> arguments) {
  try {
    const Request request = Parsed(arguments);
    const auto tokenizer = core::WordPieceTokenizer::Load(request.model);
    std::ios::sync_with_stdio(false);
    const auto tokenize = request.offsets ? core::TokenizeLinesWithOffsets : core::TokenizeLines;
    tokenize(tokenizer, std::cin, std::cout);
    std::cout.flush();
    return 0;
  } catch (...) {
    return ReportFailure("", CurrentFailure(-1));
  }
}

}  // namespace sparsweep::trainer
