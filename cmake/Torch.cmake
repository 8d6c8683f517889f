# LibTorch from the PyPI wheel: libtorch_cpu and libc10 only. At run time they need libgomp (in the wheel) and
# the CUDA runtime and CUPTI wheels beside it, never the rest of CUDA.
set(SPARSWEEP_TORCH "${SPARSWEEP_DEPS}/wheels/torch" CACHE PATH "unpacked torch wheel")
set(SPARSWEEP_CUDA_LIBS "${SPARSWEEP_DEPS}/wheels/nvidia/cu13/lib" CACHE PATH "libcudart and libcupti")
if(NOT EXISTS "${SPARSWEEP_TORCH}/lib/libtorch_cpu.so")
  message(FATAL_ERROR "No LibTorch in ${SPARSWEEP_TORCH}: run ./dev setup")
endif()

add_library(sparsweep_torch INTERFACE)
add_library(sparsweep::torch ALIAS sparsweep_torch)
# Behind the system's directories: the wheel brings headers of another fmt than the one we link.
target_compile_options(sparsweep_torch INTERFACE
  "SHELL:-idirafter ${SPARSWEEP_TORCH}/include"
  "SHELL:-idirafter ${SPARSWEEP_TORCH}/include/torch/csrc/api/include")
target_link_libraries(sparsweep_torch INTERFACE
  ${SPARSWEEP_TORCH}/lib/libtorch_cpu.so ${SPARSWEEP_TORCH}/lib/libc10.so)
target_link_options(sparsweep_torch INTERFACE
  -Wl,-rpath,${SPARSWEEP_TORCH}/lib -Wl,-rpath,${SPARSWEEP_CUDA_LIBS} -Wl,-rpath-link,${SPARSWEEP_CUDA_LIBS}
  -Wl,--allow-shlib-undefined)
