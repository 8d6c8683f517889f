// write-tiny-task FOLDER: FOLDER/{model/, train.tsv, dev.tsv}, a BERT of a few thousand weights and
// a task it can learn.
#include <filesystem>

#include "tests/support/tiny_model.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::filesystem::create_directories(argv[1]);
  (void)sparsweep::test::TinyTrial(argv[1], "dense");
  return 0;
}
