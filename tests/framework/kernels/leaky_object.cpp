// What an instruction set's file must not do: define an inline function of general use. isa_objects_test must find it.
#include <vector>

inline float shared_helper(const std::vector<float>& x) { return x.front(); }

float use(const std::vector<float>& x);
float use(const std::vector<float>& x) { return shared_helper(std::vector<float>(x)); }
