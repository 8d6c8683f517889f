# sparsweep_library(NAME SOURCES … DEPS …)    static library sparsweep::NAME (underscores in the target's name)
# sparsweep_binary(NAME SOURCES … DEPS …)     program build/<preset>/bin/NAME
# sparsweep_test(NAME SOURCES … DEPS … LABELS … [TIMEOUT s])   GoogleTest binary, one ctest entry a test case
function(sparsweep_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_library(sparsweep_${name} STATIC ${arg_SOURCES})
  add_library(sparsweep::${name} ALIAS sparsweep_${name})
  target_link_libraries(sparsweep_${name} PUBLIC sparsweep_flags ${arg_DEPS})
endfunction()

function(sparsweep_binary name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE sparsweep_flags ${arg_DEPS})
endfunction()

function(sparsweep_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${name} PRIVATE sparsweep_flags ${arg_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    SPARSWEEP_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SPARSWEEP_BINARY_DIR="${CMAKE_BINARY_DIR}/bin")
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
