#include "pruning_core/train/step_exchange.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/scalar_tensor.h>
#include <fmt/format.h>

#include <utility>

#include "pruning_core/distributed/rank_error.h"
#include "pruning_core/distributed/shard.h"

namespace sparsweep::core {
namespace {

std::vector<at::Tensor> Trained(const ParameterList& parameters) {
  std::vector<at::Tensor> trained;
  for (const Parameter& parameter : parameters) {
    if (parameter.value.requires_grad()) trained.push_back(parameter.value);
  }
  return trained;
}

std::vector<std::string> NamesOfPruned(const ParameterList& parameters) {
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) {
    if (parameter.role == ParameterRole::kPrunable) names.push_back(parameter.name);
  }
  return names;
}

}  // namespace

StepExchange::StepExchange(ProcessGroup& group, const ParameterList& parameters,
                           std::function<bool()> stop_requested)
    : group_(group),
      stop_requested_(std::move(stop_requested)),
      buckets_(group, Trained(parameters)),
      masks_(group),
      names_(NamesOfPruned(parameters)) {}

std::span<const uint32_t> StepExchange::Begin(std::span<const uint32_t> rows) {
  bytes_before_ = group_.bytes();
  return ShareOf(rows, static_cast<size_t>(group_.rank()), static_cast<size_t>(group_.size()));
}

double StepExchange::Finish(double loss) {
  buckets_.Send();
  StartOnHost(loss);
  buckets_.Finish();
  return FinishOnHost();
}

// What is on the device first: while its sums have not ended nothing may be given back there.
at::Tensor StepExchange::Finish(const at::Tensor& loss) {
  if (loss.is_cpu()) return at::scalar_tensor(Finish(loss.item<double>()), at::kDouble);
  buckets_.Send();
  at::Tensor sum = loss.clone();
  const auto transfer = group_.StartSum(sum);
  StartOnHost(0.0);
  buckets_.Finish();
  transfer->Wait();
  FinishOnHost();
  return sum;
}

void StepExchange::StartOnHost(double loss) {
  host_sums_ = at::empty({2}, at::kDouble);
  auto* const values = host_sums_.mutable_data_ptr<double>();
  values[0] = loss;
  values[1] = stop_requested_() ? 1.0 : 0.0;
  host_transfer_ = group_.StartSum(host_sums_);
}

double StepExchange::FinishOnHost() {
  std::exchange(host_transfer_, nullptr)->Wait();
  const auto* const values = host_sums_.const_data_ptr<double>();
  stop_agreed_ = values[1] > 0.0;
  return values[0];
}

void StepExchange::SendMasks(std::vector<uint64_t> hashes, int64_t steps_done) {
  StartComparing(std::move(hashes), steps_done);
  bytes_per_step_ = group_.bytes() - bytes_before_;
}

void StepExchange::RequireSameMasks(std::vector<uint64_t> hashes, int64_t steps_done) {
  StartComparing(std::move(hashes), steps_done);
  FinishComparing();
}

void StepExchange::StartComparing(std::vector<uint64_t> hashes, int64_t steps_done) {
  FinishComparing();
  masks_step_ = steps_done;
  masks_.Start(std::move(hashes));
}

void StepExchange::FinishComparing() {
  const auto different = masks_.Finish();
  if (!different) return;
  const std::string& matrix = names_.at(*different);
  throw RanksDiffer(masks_step_, matrix,
                    fmt::format("{}: after step {} its mask is not the same on all {} ranks; put "
                                "them on processors of one kind, and check the memory of their "
                                "hosts",
                                matrix, masks_step_, group_.size()));
}

}  // namespace sparsweep::core
