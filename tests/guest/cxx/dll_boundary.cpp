// Objects, virtual calls, dynamic_cast and exceptions between a program and its DLL that share one
// libstdc++.
// link: shared
// with: parts/shape_dll.cpp -shared link
#include <memory>
#include <stdexcept>
#include <string>
#include <typeinfo>

#include "check.h"
#include "cxx/parts/shape.h"

int main() {
    std::unique_ptr<Shape> shape(make_square(3));
    CHECK_EQ((int)shape->area(), 9);
    CHECK(dynamic_cast<Square*>(shape.get()) != nullptr);
    CHECK(typeid(*shape) == typeid(Square));
    CHECK_STR(shape->name().c_str(), "square of 3");
    try {
        make_square(-1);
        CHECK(!"a negative side throws");
    } catch (const std::invalid_argument& caught) {
        CHECK_STR(caught.what(), "negative");
    }
    // An exception of ours passes through the DLL's frame.
    try {
        call_back([]() { throw std::string("ours"); });
        CHECK(!"the callback throws");
    } catch (const std::string& caught) {
        CHECK_STR(caught.c_str(), "ours");
    }
    return check_result();
}
