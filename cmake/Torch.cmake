# LibTorch from the PyPI wheel: libtorch_cpu and libc10 only. At run time they need libgomp (in the wheel) and
# the CUDA runtime and CUPTI wheels beside it, never the rest of CUDA. With SPARSWEEP_CUDA also libtorch_cuda, from the
# copy of the wheel that has all of CUDA beside it; the headers are the same, and so are the compiler's cached results.
set(SPARSWEEP_TORCH "${SPARSWEEP_DEPS}/wheels/torch" CACHE PATH "unpacked torch wheel")
if(NOT EXISTS "${SPARSWEEP_TORCH}/lib/libtorch_cpu.so")
  message(FATAL_ERROR "No LibTorch in ${SPARSWEEP_TORCH}: run ./dev setup")
endif()
if(SPARSWEEP_CUDA)
  set(torch_lib "${SPARSWEEP_DEPS}/cuda/torch/lib")
  set(cuda_lib "${SPARSWEEP_CUDA_TOOLKIT}/lib")
else()
  set(torch_lib "${SPARSWEEP_TORCH}/lib")
  set(cuda_lib "${SPARSWEEP_DEPS}/wheels/nvidia/cu13/lib")
endif()

add_library(sparsweep_torch INTERFACE)
add_library(sparsweep::torch ALIAS sparsweep_torch)
# Behind the system's directories: the wheel brings headers of another fmt than the one we link.
target_compile_options(sparsweep_torch INTERFACE
  "SHELL:-idirafter ${SPARSWEEP_TORCH}/include"
  "SHELL:-idirafter ${SPARSWEEP_TORCH}/include/torch/csrc/api/include")
target_link_libraries(sparsweep_torch INTERFACE
  ${torch_lib}/libtorch_cpu.so ${torch_lib}/libc10.so fmt::fmt)
set_target_properties(sparsweep_torch PROPERTIES SPARSWEEP_USES_TORCH ON)
target_link_options(sparsweep_torch INTERFACE
  -Wl,-rpath,${torch_lib} -Wl,-rpath,${cuda_lib} -Wl,-rpath-link,${cuda_lib}
  -Wl,--allow-shlib-undefined)
if(SPARSWEEP_CUDA)
  # Nothing of ours calls into libtorch_cuda directly: loading it is what brings CUDA's kernels.
  target_link_libraries(sparsweep_torch INTERFACE
    -Wl,--no-as-needed ${torch_lib}/libtorch_cuda.so ${torch_lib}/libc10_cuda.so -Wl,--as-needed)
endif()
include(PrecompiledHeaders)
