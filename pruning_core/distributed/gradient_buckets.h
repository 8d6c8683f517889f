// Sums the gradients of all ranks while the backward pass still runs.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ATen/core/Tensor.h"
#include "pruning_core/distributed/process_group.h"

namespace sparsweep::core {

// Leaf tensors in buckets of fixed membership and order. A bucket travels as soon as the backward
// pass has produced its last member's gradient and the buckets before it have left, so all ranks
// send the same in the same order. Borrows the leaves, which are all of one floating type, and the
// group; takes their post-accumulate hooks while it lives. One thread: that of the backward passes.
//
// A step: any backward passes; Arm(); the last backward pass, or none on a rank without examples;
// Send() and Finish(). Gradients add up locally before Arm(), and nothing travels then.
class GradientBuckets {
 public:
  static constexpr uint64_t kBucketBytes = 8 << 20;

  // `leaves` in the order of the forward pass; each requires a gradient. A leaf larger than
  // `bucket_bytes` has a bucket of its own.
  GradientBuckets(ProcessGroup& group, const std::vector<at::Tensor>& leaves,
                  uint64_t bucket_bytes = kBucketBytes);
  GradientBuckets(const GradientBuckets&) = delete;
  GradientBuckets& operator=(const GradientBuckets&) = delete;
  ~GradientBuckets();

  void Arm();
  // All buckets have left when this returns: what is started next comes behind them on each rank.
  // Throws std::logic_error when the backward pass did not reach a leaf.
  void Send();
  // Send(), and waits; each leaf's gradient is then the sum over the ranks, the same bits on all of
  // them, in memory of the buckets: valid until the next Arm(). Throws RankLost.
  void Finish();

  [[nodiscard]] size_t size() const { return buckets_.size(); }

 private:
  class Hook;
  struct Member {
    at::Tensor leaf;
    at::Tensor place;  // in the bucket's memory, of the leaf's shape
  };
  struct Bucket {
    std::vector<Member> members;
    at::Tensor memory;  // flat
    size_t missing = 0;
    std::unique_ptr<Transfer> transfer;
  };

  void AddBucket(const std::vector<at::Tensor>& leaves);
  void Arrived(size_t bucket, size_t member);
  void SendReady();

  ProcessGroup& group_;
  std::vector<Bucket> buckets_;
  size_t sent_ = 0;  // buckets
  bool armed_ = false;
  bool reached_ = false;  // by a backward pass since Arm()
};

}  // namespace sparsweep::core
