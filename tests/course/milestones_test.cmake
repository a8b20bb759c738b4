# Reaches each milestone in turn, as `tt milestone` does.
#   cmake -D program=tt-milestone-reference -D folder=DIR -P milestones_test.cmake
file(REMOVE_RECURSE ${folder})
foreach(milestone mnist int8 integer)
  execute_process(COMMAND ${program} ${milestone} --folder ${folder} --quiet RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE error)
  message("${said}${error}")
  if(NOT code EQUAL 0 OR NOT said MATCHES "Milestone reached")
    message(FATAL_ERROR "milestone ${milestone}: exit code ${code}")
  endif()
endforeach()

# A network that was never trained reaches nothing.
execute_process(COMMAND ${program} int8 --folder ${folder} --model ${folder}/none.safetensors RESULT_VARIABLE code ERROR_VARIABLE error)
if(code EQUAL 0 OR NOT error MATCHES "none.safetensors is missing")
  message(FATAL_ERROR "without a network: exit code ${code}\n${error}")
endif()
file(REMOVE_RECURSE ${folder})
