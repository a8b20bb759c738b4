# The programs that judge exercises: per exercise the scenarios that a worker runs, per module a judge. None of it is built
# unless a command of the course or a test asks for it.
add_custom_target(course_harness)  # all of it

# One worker's link line needs the reference body of every exercise but its own: objects, not an archive, so that a function
# that is missing from the student's file is an error and never silently the reference's.
get_property(tt_exercises GLOBAL PROPERTY tt_exercises)
get_property(tt_modules GLOBAL PROPERTY tt_modules)
set(harness_exercises "")
foreach(entry IN LISTS tt_exercises)
  get_filename_component(exercise ${entry} NAME)
  set(scenarios ${PROJECT_SOURCE_DIR}/tests/${entry}_scenarios.cpp)
  if(EXISTS ${scenarios})
    add_library(scenarios_${exercise} OBJECT EXCLUDE_FROM_ALL ${scenarios})
    target_include_directories(scenarios_${exercise} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(scenarios_${exercise} PRIVATE tinytorch_flags)
    target_compile_options(scenarios_${exercise} PRIVATE -O0)
    get_filename_component(module ${entry} DIRECTORY)
    add_custom_target(harness_${exercise}  # all that checking this one exercise needs
      DEPENDS scenarios_${exercise} judge_${module} tinytorch_worker tinytorch_core_archive tinytorch_solutions)
    add_dependencies(course_harness harness_${exercise})
    string(APPEND harness_exercises "    \"${entry}\": \"$<TARGET_OBJECTS:scenarios_${exercise}>\",\n")
  endif()
endforeach()

foreach(module IN LISTS tt_modules)
  set(judgements "")
  foreach(entry IN LISTS tt_exercises)
    if(entry MATCHES "^${module}/")
      foreach(kind test hidden_test)
        if(EXISTS ${PROJECT_SOURCE_DIR}/tests/${entry}_${kind}.cpp)
          list(APPEND judgements ${PROJECT_SOURCE_DIR}/tests/${entry}_${kind}.cpp)
        endif()
      endforeach()
    endif()
  endforeach()
  if(judgements)
    add_executable(judge_${module} EXCLUDE_FROM_ALL ${judgements})
    target_include_directories(judge_${module} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(judge_${module} PRIVATE tinytorch_judge tinytorch_flags)
    target_compile_options(judge_${module} PRIVATE -O0)
    target_precompile_headers(judge_${module} PRIVATE ${PROJECT_SOURCE_DIR}/tinytorch/course/judge/judgement.h)
    set_target_properties(judge_${module} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/course)
  endif()
endforeach()

# What nearly every exercise includes, precompiled: it halves the time of a check. Wherever an exercise is compiled, this comes
# first, so that a file is either everywhere complete or nowhere.
set(prefix ${PROJECT_BINARY_DIR}/course/exercise.h)
set(prefix_text "")
foreach(header algorithm array charconv chrono cmath cstdint cstdio cstring functional limits map memory numeric optional set span
        string string_view unordered_map unordered_set utility vector)
  string(APPEND prefix_text "#include <${header}>\n")
endforeach()
file(GENERATE OUTPUT ${prefix} CONTENT "${prefix_text}#include \"tinytorch/tinytorch.h\"\n")
set(compile_flags "-std=c++20 -O0 -g1 -fPIC -Wall -Wextra -Wno-unused -Wno-unused-parameter -ffp-contract=off -D_GLIBCXX_ASSERTIONS")
set(sanitizers "")
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND CMAKE_CXX_FLAGS_DEBUG MATCHES "-fsanitize=[^ ]+")
  set(sanitizers "${CMAKE_MATCH_0} -fno-sanitize-recover=all")
endif()
set(precompiled ${prefix}.gch)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(precompiled ${prefix}.pch)
endif()
separate_arguments(prefix_flags UNIX_COMMAND "${compile_flags} ${sanitizers}")
add_custom_command(OUTPUT ${precompiled}
  COMMAND ${CMAKE_CXX_COMPILER} ${prefix_flags} -I${PROJECT_SOURCE_DIR} -x c++-header -MD -MF ${precompiled}.d -MT ${precompiled}
          -o ${precompiled} ${prefix}
  DEPENDS ${prefix} DEPFILE ${precompiled}.d COMMENT "Precompiling what exercises include" VERBATIM)
add_custom_target(exercise_prefix DEPENDS ${precompiled})
foreach(entry IN LISTS tt_exercises)
  get_filename_component(exercise ${entry} NAME)
  if(TARGET harness_${exercise})
    add_dependencies(harness_${exercise} exercise_prefix)
  endif()
endforeach()
target_precompile_headers(tinytorch_exercises PRIVATE ${prefix})

# What a command of the course needs to know in order to compile and link by itself. Exercises' files are compiled without
# optimisation: the student waits for the compiler, not for the exercise.
set(link_files "-pthread $<TARGET_LINKER_FILE:ZLIB::ZLIB> $<TARGET_LINKER_FILE:PNG::PNG>")
if(CURL_FOUND AND OPENSSL_FOUND)
  string(APPEND link_files " $<TARGET_LINKER_FILE:CURL::libcurl> $<TARGET_LINKER_FILE:OpenSSL::Crypto>")
endif()
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/course/harness.json CONTENT "{
  \"compiler\": \"${CMAKE_CXX_COMPILER}\",
  \"compile_flags\": \"${compile_flags}\",
  \"prefix\": \"${prefix}\",
  \"sanitizers\": \"${sanitizers}\",
  \"include\": \"${PROJECT_SOURCE_DIR}\",
  \"core\": \"$<TARGET_FILE:tinytorch_core_archive>\",
  \"worker\": \"$<TARGET_OBJECTS:tinytorch_worker>\",
  \"solutions\": \"$<TARGET_OBJECTS:tinytorch_solutions>\",
  \"libraries\": \"${link_files}\",
  \"scenarios\": {
${harness_exercises}    \"\": \"\"
  }
}
")
