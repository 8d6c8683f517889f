// A BERT of a few thousand weights and a task it can learn in seconds, for tests that need real
// model and data files. Links no torch, so that tests of the daemons can start the real trainer on
// it.
#pragma once

#include <string>
#include <vector>

#include "contract/trial_spec.h"

namespace sparsweep::test {

// DIRECTORY/{config.json, model.safetensors, vocab.txt}: 2 layers, hidden 16, 2 heads, feed-forward
// 32, 32 positions; the same weights on every call.
void WriteTinyModel(const std::string& directory);

// A teacher for the tiny task: the same shape with other weights and a classifier over alpha, beta
// and gamma, or the labels given.
void WriteTinyTeacher(const std::string& directory,
                      const std::vector<std::string>& labels = {"alpha", "beta", "gamma"});

inline constexpr int64_t kTinyPrunable = 2 * (4 * 16 * 16 + 2 * 16 * 32);

// One of its vocabulary's words: topics 0 to 3 of 12 words each.
[[nodiscard]] std::string TinyWord(int topic, int i);
inline constexpr int kTinyTopics = 4;
inline constexpr int kTinyWords = 12;

// TSV with the columns text and label (alpha, beta, gamma): 3 to 12 words, of which most come from
// the label's own. The same lines for the same seed.
void WriteTinyData(const std::string& path, int examples, uint64_t seed);

// Writes FOLDER/{model/, train.tsv, dev.tsv} and returns the trial that trains on them: 40 steps of
// 8 with the given method, directory FOLDER/attempt-1 (not made).
contract::TrialSpec TinyTrial(const std::string& folder, const std::string& method);

}  // namespace sparsweep::test
