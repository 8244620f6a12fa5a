// C++ exceptions of the GNU ABI upon structured exceptions: types, rethrowing, exception_ptr, threads,
// and unwinding through a function of the system that called back into the program.
// link: static shared
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "check.h"

static int alive;
struct Guard {
    Guard() { alive++; }
    ~Guard() { alive--; }
};

struct Base {
    virtual ~Base() = default;
};
struct Derived : Base {
    int value = 5;
};

// qsort is the system's: the exception passes through its frames.
static int throwing_comparison(const void* a, const void* b) {
    Guard guard;
    if (*(const int*)a == 3 || *(const int*)b == 3) throw std::string("found 3");
    return *(const int*)a - *(const int*)b;
}

static BOOL CALLBACK throwing_locale(wchar_t*) {
    Guard guard;
    throw 11;
}

static void rethrow_through(int depth) {
    try {
        Guard guard;
        if (depth == 0) throw Derived();
        rethrow_through(depth - 1);
    } catch (const Base&) {
        throw;
    }
}

int main() {
    try {
        rethrow_through(10);
        CHECK(!"something was thrown");
    } catch (const Derived& caught) {
        CHECK_EQ(caught.value, 5);
    }
    CHECK_EQ(alive, 0);

    int numbers[] = {5, 4, 3, 2, 1};
    try {
        qsort(numbers, 5, sizeof *numbers, throwing_comparison);
        CHECK(!"the comparison throws");
    } catch (const std::string& caught) {
        CHECK_STR(caught.c_str(), "found 3");
    }
    CHECK_EQ(alive, 0);

    try {
        EnumSystemLocalesW((LOCALE_ENUMPROCW)throwing_locale, LCID_INSTALLED);
        CHECK(!"the callback throws");
    } catch (int caught) {
        CHECK_EQ(caught, 11);
    }
    CHECK_EQ(alive, 0);

    std::exception_ptr kept;
    std::thread([&] {
        try {
            Guard guard;
            throw std::logic_error("from a thread");
        } catch (...) {
            kept = std::current_exception();
        }
    }).join();
    try {
        std::rethrow_exception(kept);
    } catch (const std::exception& caught) {
        CHECK_STR(caught.what(), "from a thread");
    }
    kept = nullptr;

    try {
        throw std::make_unique<int>(3);
    } catch (std::unique_ptr<int>& caught) {
        CHECK_EQ(*caught, 3);
    }

    try {
        try {
            throw std::runtime_error("inner");
        } catch (...) {
            std::throw_with_nested(std::runtime_error("outer"));
        }
    } catch (const std::exception& outer) {
        CHECK_STR(outer.what(), "outer");
        try {
            std::rethrow_if_nested(outer);
            CHECK(!"there is a nested one");
        } catch (const std::exception& inner) {
            CHECK_STR(inner.what(), "inner");
        }
    }

    for (int i = 0; i < 2000; i++) {
        try {
            Guard guard;
            throw i;
        } catch (int caught) {
            if (caught != i) CHECK_EQ(caught, i);
        }
    }
    CHECK_EQ(alive, 0);
    CHECK_EQ(std::uncaught_exceptions(), 0);
    return check_result();
}
