// C++ streams and exceptions, in one static program and with the toolchain's DLLs.
// link: static shared
// stdout: ^caught: index 9 after 3 destructors$
#include <iostream>
#include <stdexcept>
#include <string>

static int destroyed;
struct Counted {
    ~Counted() { destroyed++; }
};

static int fail(int depth) {
    Counted c;
    if (depth == 0) throw std::out_of_range("index " + std::to_string(9));
    return fail(depth - 1) + 1;
}

int main() {
    try {
        std::cout << fail(2) << std::endl;
    } catch (const std::out_of_range& e) {
        std::cout << "caught: " << e.what() << " after " << destroyed << " destructors" << std::endl;
        return 0;
    }
    return 1;
}
