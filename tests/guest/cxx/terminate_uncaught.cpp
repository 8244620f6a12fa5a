// An exception that nobody catches: std::terminate, abort, exit code 3 ("abort", C runtime library
// reference), and libstdc++'s own message.
// exit: 3
// stderr: terminate called after throwing an instance of 'std::runtime_error'
#include <stdexcept>

int main() { throw std::runtime_error("nobody catches this"); }
