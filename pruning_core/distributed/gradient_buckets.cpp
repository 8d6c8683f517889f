#include "pruning_core/distributed/gradient_buckets.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sparsweep::core {

class GradientBuckets::Hook final : public torch::autograd::PostAccumulateGradHook {
 public:
  Hook(GradientBuckets& buckets, size_t bucket, size_t member)
      : buckets_(buckets), bucket_(bucket), member_(member) {}

  void operator()(const at::Tensor& /*leaf*/) override { buckets_.Arrived(bucket_, member_); }

 private:
  GradientBuckets& buckets_;
  size_t bucket_, member_;
};

GradientBuckets::GradientBuckets(ProcessGroup& group, const std::vector<at::Tensor>& leaves,
                                 uint64_t bucket_bytes)
    : group_(group) {
  std::vector<at::Tensor> next;
  uint64_t bytes = 0;
  for (auto leaf = leaves.rbegin(); leaf != leaves.rend(); ++leaf) {  // as backward reaches them
    if (!next.empty() && bytes + leaf->nbytes() > bucket_bytes) {
      AddBucket(std::exchange(next, {}));
      bytes = 0;
    }
    next.push_back(*leaf);
    bytes += leaf->nbytes();
  }
  if (!next.empty()) AddBucket(next);
}

GradientBuckets::~GradientBuckets() {
  for (const Bucket& bucket : buckets_) {
    for (const Member& member : bucket.members) {
      torch::autograd::impl::set_post_acc_grad_hooks(member.leaf, nullptr);
    }
  }
}

void GradientBuckets::AddBucket(const std::vector<at::Tensor>& leaves) {
  Bucket bucket;
  int64_t elements = 0;
  for (const at::Tensor& leaf : leaves) elements += leaf.numel();
  bucket.memory = at::zeros({elements}, leaves.front().options());
  int64_t begin = 0;
  for (const at::Tensor& leaf : leaves) {
    torch::autograd::impl::set_post_acc_grad_hooks(
        leaf, std::make_unique<Hook>(*this, buckets_.size(), bucket.members.size()));
    bucket.members.push_back(
        {leaf, bucket.memory.narrow(0, begin, leaf.numel()).view(leaf.sizes())});
    begin += leaf.numel();
  }
  buckets_.push_back(std::move(bucket));
}

void GradientBuckets::Arm() {
  for (Bucket& bucket : buckets_) {
    bucket.missing = bucket.members.size();
    bucket.transfer.reset();
  }
  sent_ = 0;
  reached_ = false;
  armed_ = true;
}

void GradientBuckets::Arrived(size_t bucket, size_t member) {
  if (!armed_) return;
  const at::NoGradGuard no_grad;
  const Member& arrived = buckets_[bucket].members[member];
  arrived.place.copy_(arrived.leaf.grad());
  arrived.leaf.mutable_grad() = arrived.place;  // gives the other copy back
  reached_ = true;
  --buckets_[bucket].missing;
  SendReady();
}

void GradientBuckets::SendReady() {
  for (; sent_ < buckets_.size() && buckets_[sent_].missing == 0; ++sent_) {
    buckets_[sent_].transfer = group_.StartSum(buckets_[sent_].memory);
  }
}

void GradientBuckets::Send() {
  if (!std::exchange(armed_, false)) return;
  if (!reached_) {  // no example for this rank: it adds nothing
    for (Bucket& bucket : buckets_) {
      bucket.memory.zero_();
      bucket.missing = 0;
      for (const Member& member : bucket.members) member.leaf.mutable_grad() = member.place;
    }
    SendReady();
  }
  if (sent_ < buckets_.size()) {
    throw std::logic_error("a trained parameter has no gradient: the ranks cannot add theirs");
  }
}

void GradientBuckets::Finish() {
  Send();
  for (const Bucket& bucket : buckets_) bucket.transfer->Wait();
}

}  // namespace sparsweep::core
