// Tasks in the layouts of public data sets that the tiny model learns in seconds.
#pragma once

#include <string>

#include "contract/trial_spec.h"

namespace sparsweep::test {

// SQuAD 2.0: a context of words of topics 0 to 2, in which one word of topic 3 is the answer; one
// question in eight has no such word and no answer. The same file for the same seed.
void WriteTinySquad(const std::string& path, int questions, uint64_t seed);
// STS-B: the score of two sentences is five times the share of the second's words that are of
// topic 0.
void WriteTinyStsb(const std::string& path, int examples, uint64_t seed);
// MNLI: the label is the topic of the second sentence.
void WriteTinyMnli(const std::string& path, int examples, uint64_t seed);

// As TinyTrial, on FOLDER/{model/, train, dev} of that layout.
contract::TrialSpec TinySpanTrial(const std::string& folder, const std::string& method);
contract::TrialSpec TinyRegressionTrial(const std::string& folder, const std::string& method);
// With dev_mismatched.
contract::TrialSpec TinyPairTrial(const std::string& folder, const std::string& method);

}  // namespace sparsweep::test
