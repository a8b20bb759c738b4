# What every target of the project shares: the language, the warnings, and the functions that rooms are declared with.
add_library(tinytorch_flags INTERFACE)
target_compile_features(tinytorch_flags INTERFACE cxx_std_20)
target_compile_options(tinytorch_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -ffp-contract=off)  # a product and a sum are fused only where the source says so
if(TINYTORCH_WERROR)
  target_compile_options(tinytorch_flags INTERFACE -Werror)
endif()

# tt_room(file.cpp ...): adds the files of this folder to the library.
function(tt_room)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  target_sources(tinytorch_core PRIVATE ${files})
endfunction()

# tt_kernel(flags file.cpp ...): adds kernel files compiled for one instruction set, and always optimised.
function(tt_kernel flags)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  target_sources(tinytorch_core PRIVATE ${files})
  separate_arguments(options UNIX_COMMAND "-O3 ${flags}")
  set_source_files_properties(${files} TARGET_DIRECTORY tinytorch_core PROPERTIES COMPILE_OPTIONS "${options}")
  foreach(file IN LISTS ARGN)  # for the test that looks at what these objects define
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tinytorch ${CMAKE_CURRENT_SOURCE_DIR})
    set(object ${PROJECT_BINARY_DIR}/tinytorch/CMakeFiles/tinytorch_core.dir/${folder}/${file}.o)
    set_property(GLOBAL APPEND PROPERTY tt_isa_objects ${object})
  endforeach()
endfunction()

# A course that was released to students has no solutions/ but their object files, for the machines it was made on.
set(TT_REFERENCE ${PROJECT_SOURCE_DIR}/reference/${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(TT_RELEASED OFF)
if(NOT EXISTS ${PROJECT_SOURCE_DIR}/solutions)
  set(TT_RELEASED ON)
  if(NOT EXISTS ${TT_REFERENCE})
    file(GLOB there RELATIVE ${PROJECT_SOURCE_DIR}/reference ${PROJECT_SOURCE_DIR}/reference/*)
    list(JOIN there ", " there)
    message(FATAL_ERROR "This course was released for ${there}; this machine is a ${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}.\n"
      "Ask whoever gave it to you to run `./tt instructor release` on such a machine, and copy the folder "
      "reference/${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR} of that release into reference/ here.")
  endif()
endif()

# tt_module(01_tensor add sum ...): the exercises of a course module, one file each, in the order of work. Their solutions
# are a part of the library; the student's files are compiled only when something asks for them. In a released course the
# reference's objects stand for solutions, and for the exercises of modules that were not released.
function(tt_module name)
  set_property(GLOBAL APPEND PROPERTY tt_modules ${name})
  foreach(exercise IN LISTS ARGN)
    set_property(GLOBAL APPEND PROPERTY tt_exercises ${name}/${exercise})
    set(object ${TT_REFERENCE}/${name}/${exercise}.cpp.o)
    set(mine ${PROJECT_SOURCE_DIR}/exercises/${name}/${exercise}.cpp)
    if(TT_RELEASED)
      set_property(TARGET tinytorch_solutions APPEND PROPERTY IMPORTED_OBJECTS ${object})
      if(NOT EXISTS ${mine} AND NOT EXISTS ${PROJECT_SOURCE_DIR}/modules/${name})
        set(mine ${object})
      endif()
    else()
      target_sources(tinytorch_solutions PRIVATE ${PROJECT_SOURCE_DIR}/solutions/${name}/${exercise}.cpp)
    endif()
    if(NOT EXISTS ${mine})  # `tt author generate` or `tt reset` write it; only what is built from it has to wait
      set_source_files_properties(${mine} PROPERTIES GENERATED TRUE)
    endif()
    target_sources(tinytorch_exercises PRIVATE ${mine})
  endforeach()
endfunction()

# tt_test(name file.cpp ...): a GoogleTest program of the framework's tests.
function(tt_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE tinytorch tinytorch_flags GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  get_property(headers GLOBAL PROPERTY tt_test_headers)  # GoogleTest's, compiled by the first for all
  if(headers)
    target_precompile_headers(${name} REUSE_FROM ${headers})
  else()
    target_precompile_headers(${name} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
    set_property(GLOBAL PROPERTY tt_test_headers ${name})
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES PROPERTIES TIMEOUT 300)
endfunction()
