// For the tests: operations that remember their results, and both backends as test parameters.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>

#include "base/unique_fd.h"
#include "iouring-io/backends.h"

namespace lsw::io {

struct Tracked {
    Operation operation;
    std::mutex lock;
    std::condition_variable changed;
    int ended = 0;
    int32_t result = 0;

    Tracked() {
        operation.context = this;
        operation.done = [](Operation& ended, int32_t result) {
            auto& self = *static_cast<Tracked*>(ended.context);
            std::lock_guard guard(self.lock);
            ++self.ended;
            self.result = result;
            self.changed.notify_all();
        };
    }
    int32_t wait() {
        std::unique_lock guard(lock);
        if (!changed.wait_for(guard, std::chrono::seconds(20), [this] { return ended > 0; })) return -ETIMEDOUT;
        return result;
    }
    bool has_ended() {
        std::lock_guard guard(lock);
        return ended > 0;
    }
};

inline std::unique_ptr<Engine> make_engine(const std::string& name) {
    if (name == "blocking") return make_blocking_engine("a test");
    const char* why = "";
    return make_ring_engine(&why);
}

class EngineTest : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        engine_ = make_engine(GetParam());
        if (!engine_) GTEST_SKIP() << "no io_uring here";
    }
    int32_t run(Tracked& one) {
        engine_->start(one.operation);
        return one.wait();
    }
    std::unique_ptr<Engine> engine_;
};

inline UniqueFd temporary_file() {
    char name[] = "/var/tmp/lsw-io-XXXXXX";
    UniqueFd fd(mkostemp(name, O_CLOEXEC));
    unlink(name);
    return fd;
}

}  // namespace lsw::io
