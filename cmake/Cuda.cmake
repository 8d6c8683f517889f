# CUDA from the wheels that tools/setup/cuda.sh unpacks: no toolkit, driver or GPU on the machine that builds.
# Defines sparsweep::cuda (runtime and headers) for host code; .cu files are compiled without contraction to fma, so
# that CPU and GPU compute the same bits.
set(SPARSWEEP_CUDA_TOOLKIT "${SPARSWEEP_DEPS}/cuda/nvidia/cu13" CACHE PATH "nvcc, headers and libcudart")
if(NOT EXISTS "${SPARSWEEP_CUDA_TOOLKIT}/bin/nvcc")
  message(FATAL_ERROR "No nvcc in ${SPARSWEEP_CUDA_TOOLKIT}: run ./dev setup cuda")
endif()
set(CMAKE_CUDA_COMPILER "${SPARSWEEP_CUDA_TOOLKIT}/bin/nvcc")
set(CMAKE_CUDA_ARCHITECTURES 80-real 90)  # 90: sm_90 and PTX for what comes later
set(CMAKE_CUDA_RUNTIME_LIBRARY None)  # LibTorch's shared one, linked below
set(CMAKE_CUDA_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
enable_language(CUDA)
set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)  # this CMake knows up to 17
set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)

add_library(sparsweep_cuda INTERFACE)
add_library(sparsweep::cuda ALIAS sparsweep_cuda)
target_include_directories(sparsweep_cuda SYSTEM INTERFACE ${SPARSWEEP_CUDA_TOOLKIT}/include)
target_link_libraries(sparsweep_cuda INTERFACE ${SPARSWEEP_CUDA_TOOLKIT}/lib/libcudart.so.13)
target_link_options(sparsweep_cuda INTERFACE -Wl,-rpath,${SPARSWEEP_CUDA_TOOLKIT}/lib)

# What includes c10d's NCCL: libtorch_cuda has the code and brings libnccl.
add_library(sparsweep_nccl INTERFACE)
add_library(sparsweep::nccl ALIAS sparsweep_nccl)
target_include_directories(sparsweep_nccl SYSTEM INTERFACE ${SPARSWEEP_DEPS}/cuda/nvidia/nccl/include)
target_link_libraries(sparsweep_nccl INTERFACE sparsweep::cuda)

# sparsweep_cuda_library(NAME SOURCES … DEPS …)   as sparsweep_library, for .cu and .cpp
function(sparsweep_cuda_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_library(sparsweep_${name} STATIC ${arg_SOURCES})
  add_library(sparsweep::${name} ALIAS sparsweep_${name})
  target_include_directories(sparsweep_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(sparsweep_${name} PRIVATE
    $<$<COMPILE_LANGUAGE:CUDA>:--fmad=false --expt-relaxed-constexpr --diag-suppress=20050 -Xcompiler=-Wall,-Wextra,-Wshadow,-ffp-contract=off>)
  target_link_libraries(sparsweep_${name} PUBLIC sparsweep::cuda ${arg_DEPS})
endfunction()
