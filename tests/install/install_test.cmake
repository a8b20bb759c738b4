# cmake -D build=… -D consumer=… -D compiler=… -D flags=… -P install_test.cmake
set(work ${build}/install_test)
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    string(JOIN " " command ${ARGN})
    message(FATAL_ERROR "${command}\n${output}\nexit code ${code}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/prefix)
# Copied away from the tree, so that nothing of it can be found by accident.
file(COPY ${consumer} DESTINATION ${work})
run(${CMAKE_COMMAND} -S ${work}/consumer -B ${work}/build -G Ninja -D CMAKE_PREFIX_PATH=${work}/prefix
    -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CXX_FLAGS=${flags})
run(${CMAKE_COMMAND} --build ${work}/build)

# A network that learned nothing is right in one of ten; this one reaches 83 %.
run(${work}/build/first_program)
message("${output}")
if(NOT output MATCHES "accuracy ([0-9.]+) %" OR CMAKE_MATCH_1 LESS 75)
  message(FATAL_ERROR "the first program should recognise at least 75 % of the digits")
endif()

run(${work}/prefix/bin/tt --version)
if(NOT output MATCHES "^tinytorch [0-9]+[.][0-9]+[.][0-9]+\n$")
  message(FATAL_ERROR "the installed program says: ${output}")
endif()
