# Compiler flags, faster linking and the sanitizer presets.
include(CheckCXXSourceCompiles)

add_library(sparsweep_flags INTERFACE)
target_compile_options(sparsweep_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -ffp-contract=off>)
target_include_directories(sparsweep_flags INTERFACE ${CMAKE_SOURCE_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(SPARSWEEP_SANITIZE "" CACHE STRING "-fsanitize= list: address,undefined or thread")
if(SPARSWEEP_SANITIZE)
  add_compile_options(-fsanitize=${SPARSWEEP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SPARSWEEP_SANITIZE})
endif()

option(SPARSWEEP_FUZZ "instrument for libFuzzer and build tests/fuzz only (clang)" OFF)
if(SPARSWEEP_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
