#include "pruning_core/data/task_data.h"

#include <utility>

#include "pruning_core/data/table_reader.h"

namespace sparsweep::core {
namespace {

Dataset Tokenize(const std::vector<RawExample>& examples, const std::string& path,
                 const std::string& field, const LabelSet& labels, const contract::TaskSpec& task,
                 const WordPieceTokenizer& tokenizer) {
  Dataset dataset;
  for (const RawExample& example : examples) {
    const int32_t label = labels.ClassOf(example, path, field);
    dataset.Add(example.second.empty()
                    ? tokenizer.Encode(example.first, task.max_length)
                    : tokenizer.Encode(example.first, example.second, task.max_length),
                label);
  }
  return dataset;
}

}  // namespace

TaskData LoadTaskData(const contract::TaskSpec& task, const WordPieceTokenizer& tokenizer) {
  const std::vector<RawExample> train = ReadTable(task.train, "task.train", task.format, 0);
  const std::vector<RawExample> dev = ReadTable(task.dev, "task.dev", task.format, task.dev_limit);
  LabelSet labels =
      task.labels.empty() ? LabelSet::FromExamples(train) : LabelSet::FromList(task.labels);
  Dataset train_rows = Tokenize(train, task.train, "task.train", labels, task, tokenizer);
  Dataset dev_rows = Tokenize(dev, task.dev, "task.dev", labels, task, tokenizer);
  TaskData data;
  data.labels = std::move(labels);
  data.train = std::move(train_rows);
  data.dev = std::move(dev_rows);
  return data;
}

}  // namespace sparsweep::core
