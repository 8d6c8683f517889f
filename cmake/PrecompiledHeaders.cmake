# ATen's headers take a compiler ten seconds a source: they are parsed once for the libraries that use LibTorch and
# once, with GoogleTest's, for their tests. A compiler takes such a header only where its options are the same, so that
# the two stand for a library and for a program. Sources still name what they include: -DSPARSWEEP_PRECOMPILE=OFF
# builds without.
option(SPARSWEEP_PRECOMPILE "parse LibTorch's headers once" ON)

set(torch_headers <ATen/core/Tensor.h> <ATen/TensorOperators.h> <ATen/core/grad_mode.h> <ATen/ops/zeros.h>
    <absl/status/statusor.h> <fmt/format.h> <algorithm> <filesystem> <functional> <map> <memory> <optional> <span>
    <string> <vector>)
# Not file(WRITE): it touches what is there, and each configuring would compile them again.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/empty.cpp CONTENT "")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/main.cpp CONTENT "int main() {}\n")
add_library(sparsweep_torch_headers OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled/empty.cpp)
target_link_libraries(sparsweep_torch_headers PRIVATE sparsweep_flags sparsweep::torch)
target_precompile_headers(sparsweep_torch_headers PRIVATE ${torch_headers})
if(BUILD_TESTING)
  add_executable(sparsweep_torch_test_headers EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled/main.cpp)
  target_link_libraries(sparsweep_torch_test_headers PRIVATE sparsweep_flags sparsweep::torch GTest::gmock GTest::gtest)
  set_target_properties(sparsweep_torch_test_headers PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/precompiled)
  target_precompile_headers(sparsweep_torch_test_headers PRIVATE ${torch_headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()

# For a target that uses LibTorch: `headers` is one of the two above.
function(sparsweep_precompile target headers)
  if(SPARSWEEP_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_precompile_headers(${target} REUSE_FROM ${headers})
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # or ccache finds nothing again
  endif()
endfunction()
