# cmake -D readme=… -D program=… -P readme_test.cmake: the README shows the first program as the tests build it.
file(READ ${readme} text)
file(READ ${program} source)
string(FIND "${text}" "```cpp\n${source}```" position)
if(position EQUAL -1)
  message(FATAL_ERROR "${readme} does not hold ${program} word for word between ```cpp and ```")
endif()
