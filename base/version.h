#pragma once

namespace sparsweep::base {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace sparsweep::base
