# Releases some modules and looks at what a student gets: nothing that answers, all that is needed to configure the build.
#   cmake -D program=tt-course -D out=DIR -D compiler=... -P release_test.cmake
file(REMOVE_RECURSE ${out} ${out}.part)
execute_process(COMMAND ${program} instructor release --modules 1-3 --out ${out} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "release: exit code ${code}\n${said}")
endif()
file(GLOB_RECURSE answers ${out}/*_hidden_test.cpp ${out}/*mutants.toml ${out}/solutions/*)
if(answers OR EXISTS ${out}/modules/04_layers OR EXISTS ${out}/docs/instructor/setup.sh)
  message(FATAL_ERROR "students would get ${answers} or what is not theirs")
endif()
foreach(file exercises/02_autograd/backward.cpp exercises/.start/02_autograd/backward.cpp tests/03_activations/relu_test.cpp)
  if(NOT EXISTS ${out}/${file})
    message(FATAL_ERROR "${file} is missing")
  endif()
endforeach()

# Nothing is overwritten.
execute_process(COMMAND ${program} instructor release --modules 1-3 --out ${out} RESULT_VARIABLE code ERROR_VARIABLE said)
if(NOT code EQUAL 2 OR NOT said MATCHES "not an empty folder")
  message(FATAL_ERROR "a second release into the folder: exit code ${code}\n${said}")
endif()

set(configure ${CMAKE_COMMAND} -S ${out} -B ${out}/build -G Ninja -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_BUILD_TYPE=Release)
execute_process(COMMAND ${configure} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "the released tree cannot be configured:\n${said}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${out}/build --target tt tt-mine tt-course course_harness -- -n RESULT_VARIABLE code
                OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "the released tree cannot be built:\n${said}")
endif()

# On another machine the reference is missing, and the message says what to do.
file(GLOB reference ${out}/reference/*)
file(RENAME ${reference} ${out}/reference/Plan9-mips)
execute_process(COMMAND ${configure} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
string(REGEX REPLACE "[ \n]+" " " said "${said}")
if(code EQUAL 0 OR NOT said MATCHES "released for Plan9-mips" OR NOT said MATCHES "instructor release")
  message(FATAL_ERROR "without the reference of this machine:\n${said}")
endif()
file(REMOVE_RECURSE ${out})
