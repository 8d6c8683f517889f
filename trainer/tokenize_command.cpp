#include <iostream>

#include "pruning_core/tokenizer/tokenize_lines.h"
#include "trainer/commands.h"
#include "trainer/error_file.h"
#include "trainer/failure.h"

namespace sparsweep::trainer {

int Tokenize(const std::string& model_directory) {
  try {
    std::ios::sync_with_stdio(false);
    core::TokenizeLines(core::WordPieceTokenizer::Load(model_directory), std::cin, std::cout);
    std::cout.flush();
    return 0;
  } catch (...) {
    return ReportFailure("", CurrentFailure(-1));
  }
}

}  // namespace sparsweep::trainer
