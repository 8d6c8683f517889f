// kernel_bench select|update [THREADS]: the selection and the optimizer's arithmetic on arrays of
// random numbers, in turns with what they are compared with. One line of JSON a case.
#include <ATen/Parallel.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <limits>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "pruning_core/kernels/counter_stream.h"
#include "pruning_core/kernels/parallel_for.h"
#include "pruning_core/mask/bit_mask.h"
#include "pruning_core/mask/selection.h"
#include "pruning_core/optim/adamw.h"

namespace {

using namespace sparsweep;  // NOLINT

std::vector<float> RandomValues(int64_t size, uint64_t stream) {
  const core::CounterStream random(1, 7, stream);
  std::vector<float> values(static_cast<size_t>(size));
  for (size_t i = 0; i < values.size(); ++i) values[i] = random.UnitAt(i) - 0.5F;
  return values;
}

double Seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Case {
  std::string name;
  std::function<void()> ours;
  std::string other_name;
  std::function<void()> other;
  double bytes;  // that ours must move at least
};

// body(begin, size) for the parts of an array, on all threads.
void ForEachPart(int64_t size, const std::function<void(int64_t, int64_t)>& body) {
  constexpr int64_t kPart = 1 << 15;
  core::ParallelFor(static_cast<size_t>((size + kPart - 1) / kPart), [&](size_t part) {
    const int64_t begin = static_cast<int64_t>(part) * kPart;
    body(begin, std::min(kPart, size - begin));
  });
}

// Reads and writes each float in place, on all threads: what an update must do at least. A copy
// into other memory is no limit, because it also reads what it overwrites.
void Pass(std::vector<float>& values) {
  ForEachPart(static_cast<int64_t>(values.size()), [&](int64_t begin, int64_t size) {
    for (int64_t i = begin; i < begin + size; ++i) values[static_cast<size_t>(i)] += 1.0F;
  });
}

// Medians over rounds in which each of ours, other and a pass that moves `bytes` runs once.
void Print(const Case& what) {
  constexpr int kRounds = 9;
  std::vector<float> passed(static_cast<size_t>(what.bytes / (2 * sizeof(float))), 1.0F);
  std::vector<double> ours;
  std::vector<double> other;
  std::vector<double> pass;
  for (int round = -1; round < kRounds; ++round) {
    const double mine = Seconds(what.ours);
    const double theirs = Seconds(what.other);
    const double passing = Seconds([&] { Pass(passed); });
    if (round < 0) continue;  // warms caches and pages
    ours.push_back(mine);
    other.push_back(theirs);
    pass.push_back(passing);
  }
  const auto median = [](std::vector<double>& values) {
    std::ranges::nth_element(values, values.begin() + kRounds / 2);
    return values[kRounds / 2];
  };
  fmt::print(
      R"({{"case":"{}","ours":{:.4f},"other":{:.4f},"other_name":"{}","limit":{:.4f},"unit":"ms"}})"
      "\n",
      what.name, 1e3 * median(ours), 1e3 * median(other), what.other_name, 1e3 * median(pass));
  std::cout.flush();
}

// What the reference does for the `keep` largest.
void SortAndMask(const at::Tensor& scores, int64_t keep) {
  const auto order = std::get<1>(at::sort(scores, /*dim=*/0, /*descending=*/true));
  at::Tensor kept = at::zeros({scores.numel()});
  kept.index_fill_(0, order.narrow(0, 0, keep), 1.0);
}

void Select() {
  for (const int64_t size : {147'456, 589'824, 2'359'296, 10'000'000}) {
    const std::vector<float> values = RandomValues(size, 1);
    const at::Tensor tensor = at::from_blob(const_cast<float*>(values.data()), {size});  // NOLINT
    core::BitMask mask(size);
    for (const double density : {0.1, 0.03}) {
      const auto keep = static_cast<int64_t>(density * static_cast<double>(size));
      Print({.name = fmt::format("{} of {} scores", keep, size),
             .ours = [&] { (void)core::KeepLargest(values, core::RankBy::kValue, keep, mask); },
             .other_name = "sort, mask of floats",
             .other = [&] { SortAndMask(tensor, keep); },
             .bytes = 4.0 * static_cast<double>(size)});
    }
  }
}

// All matrices of MiniLM under one cut, as hard movement over the whole model chooses them.
void SelectOverall() {
  constexpr int64_t kLayers = 6, kSquare = 384 * 384;
  std::vector<std::vector<float>> scores;
  for (uint64_t layer = 0; layer < kLayers; ++layer) {
    for (const int64_t size : {kSquare, kSquare, kSquare, kSquare, 4 * kSquare, 4 * kSquare}) {
      scores.push_back(RandomValues(size, scores.size()));
    }
  }
  std::vector<core::Values> values(scores.begin(), scores.end());
  std::vector<at::Tensor> tensors;
  std::vector<core::BitMask> masks;
  for (std::vector<float>& of_matrix : scores) {
    const auto size = static_cast<int64_t>(of_matrix.size());
    tensors.push_back(at::from_blob(of_matrix.data(), {size}));
    masks.emplace_back(size);
  }
  const at::Tensor all = at::cat(tensors);
  const std::vector<int64_t> floors(values.size(), 1);
  const int64_t keep = all.numel() / 10;
  Print({.name = fmt::format("{} of {} scores in {} matrices", keep, all.numel(), values.size()),
         .ours =
             [&] {
               (void)core::KeepLargestOverall(values, core::RankBy::kValue, keep, floors, masks);
             },
         .other_name = "sort, mask of floats",
         .other = [&] { SortAndMask(all, keep); },
         .bytes = 4.0 * static_cast<double>(all.numel())});
}

void Update() {
  for (const int64_t size : {589'824, 7'077'888, 21'233'664}) {
    std::vector<std::vector<float>> arrays;
    for (uint64_t i = 0; i < 4; ++i) arrays.push_back(RandomValues(size, i));
    for (float& second : arrays[3]) second *= second;
    const core::AdamWStep step = core::MakeAdamWStep({}, 10, 3e-5, 0.0, 1.0);
    std::vector<at::Tensor> tensors;
    for (std::vector<float>& array : arrays) {
      tensors.push_back(at::from_blob(array.data(), {size}).clone());
    }
    std::vector<at::Tensor> steps(1, at::full({}, 10.0F));
    Print({.name = fmt::format("AdamW of {} values", size),
           .ours =
               [&] {
                 ForEachPart(size, [&](int64_t begin, int64_t part) {
                   core::UpdateAdamW(step, part, arrays[0].data() + begin, arrays[1].data() + begin,
                                     arrays[2].data() + begin, arrays[3].data() + begin);
                 });
               },
           .other_name = "torch fused AdamW",
           .other =
               [&] {
                 at::_fused_adamw_({tensors[1]}, {tensors[0]}, {tensors[2]}, {tensors[3]}, {},
                                   steps, 3e-5, 0.9, 0.999, 0.0, 1e-8, false, false);
               },
           .bytes = 28.0 * static_cast<double>(size)});
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  const int threads = argc > 2 ? std::stoi(argv[2]) : 1;
  at::set_num_threads(threads);
  core::SetParallelThreads(static_cast<size_t>(threads));
  if (name == "select") {
    Select();
    SelectOverall();
  } else if (name == "update") {
    Update();
  } else {
    std::cerr << "usage: kernel_bench select|update [THREADS]\n";
    return 2;
  }
}
