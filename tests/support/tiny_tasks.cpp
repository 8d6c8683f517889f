#include "tests/support/tiny_tasks.h"

#include <fstream>
#include <random>
#include <vector>

#include "tests/support/tiny_model.h"

namespace sparsweep::test {
namespace {

using Random = std::mt19937_64;

int Below(Random& random, int bound) {
  return static_cast<int>(random() % static_cast<uint64_t>(bound));
}

std::string AnyWord(Random& random, int topic) {
  return TinyWord(topic, Below(random, kTinyWords));
}

std::string Sentence(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// FOLDER/train and FOLDER/dev as the task's files.
contract::TrialSpec OnLayout(const std::string& folder, const std::string& method,
                             const std::string& kind, const std::string& layout) {
  contract::TrialSpec spec = TinyTrial(folder, method);
  spec.task.kind = kind;
  spec.task.format = {.layout = layout, .header = true, .text = {}, .label = ""};
  spec.task.train = folder + "/train";
  spec.task.dev = folder + "/dev";
  return spec;
}

}  // namespace

void WriteTinySquad(const std::string& path, int questions, uint64_t seed) {
  Random random(seed);
  std::ofstream file(path);
  file << R"({"version":"v2.0","data":[{"title":"t","paragraphs":[)";
  for (int q = 0; q < questions; ++q) {
    const bool impossible = q % 8 == 7;
    const int words = 5 + Below(random, 8);
    const int place = Below(random, words);
    std::string answer;
    size_t start = 0;
    std::string context;
    for (int i = 0; i < words; ++i) {
      if (i > 0) context += ' ';
      const bool is_answer = i == place && !impossible;
      const std::string word = AnyWord(random, is_answer ? 3 : Below(random, 3));
      if (is_answer) {
        answer = word;
        start = context.size();
      }
      context += word;
    }
    file << (q > 0 ? "," : "") << R"({"context":")" << context << R"(","qas":[{"id":"q)" << q
         << R"(","question":")" << AnyWord(random, 0) << R"(","is_impossible":)"
         << (impossible ? "true" : "false") << R"(,"answers":[)";
    if (!impossible) file << R"({"text":")" << answer << R"(","answer_start":)" << start << "}";
    file << "]}]}";
  }
  file << "]}]}\n";
}

void WriteTinyStsb(const std::string& path, int examples, uint64_t seed) {
  Random random(seed);
  std::ofstream file(path);
  file
      << "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n";
  for (int i = 0; i < examples; ++i) {
    const int ours = Below(random, 6);
    std::vector<std::string> words;
    for (int w = 0; w < 5; ++w) words.push_back(AnyWord(random, w < ours ? 0 : 1));
    file << i << "\tg\tf\t2012\t" << i << "\ts\ts\t" << AnyWord(random, 2) << '\t'
         << Sentence(words) << '\t' << ours << ".0\n";
  }
}

void WriteTinyMnli(const std::string& path, int examples, uint64_t seed) {
  constexpr const char* kLabels[] = {"contradiction", "entailment", "neutral"};
  Random random(seed);
  std::ofstream file(path);
  file << "index\tsentence1\tsentence2\tgold_label\n";
  for (int i = 0; i < examples; ++i) {
    const int topic = Below(random, 3);
    std::vector<std::string> words;
    for (int w = 3 + Below(random, 3); w > 0; --w) words.push_back(AnyWord(random, topic));
    file << i << '\t' << AnyWord(random, 3) << '\t' << Sentence(words) << '\t' << kLabels[topic]
         << '\n';
  }
}

contract::TrialSpec TinySpanTrial(const std::string& folder, const std::string& method) {
  contract::TrialSpec spec = OnLayout(folder, method, "span", "squad");
  WriteTinySquad(spec.task.train, 400, 1);
  WriteTinySquad(spec.task.dev, 100, 2);
  spec.task.max_length = 12;  // shorter than most contexts, so that windows slide
  spec.task.stride = 3;
  spec.task.max_answer_length = 2;
  spec.task.n_best = 5;
  return spec;
}

contract::TrialSpec TinyRegressionTrial(const std::string& folder, const std::string& method) {
  contract::TrialSpec spec = OnLayout(folder, method, "regression", "glue/stsb");
  WriteTinyStsb(spec.task.train, 400, 1);
  WriteTinyStsb(spec.task.dev, 100, 2);
  return spec;
}

contract::TrialSpec TinyPairTrial(const std::string& folder, const std::string& method) {
  contract::TrialSpec spec = OnLayout(folder, method, "classification", "glue/mnli");
  spec.task.dev_mismatched = folder + "/dev_mismatched";
  WriteTinyMnli(spec.task.train, 400, 1);
  WriteTinyMnli(spec.task.dev, 100, 2);
  WriteTinyMnli(spec.task.dev_mismatched, 60, 3);
  return spec;
}

}  // namespace sparsweep::test
