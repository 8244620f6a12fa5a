// std::thread, mutex, condition_variable, future and thread_local by way of winpthreads.
// link: static shared
#include <condition_variable>
#include <future>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "check.h"

static thread_local std::vector<int> mine{1, 2, 3};

int main() {
    std::mutex mutex;
    std::condition_variable ready;
    int arrived = 0;
    bool go = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; i++) {
        threads.emplace_back([&, i] {
            mine.push_back(i);
            std::unique_lock lock(mutex);
            arrived++;
            ready.notify_all();
            ready.wait(lock, [&] { return go; });
            CHECK_EQ(mine.size(), 4);
        });
    }
    {
        std::unique_lock lock(mutex);
        ready.wait(lock, [&] { return arrived == 6; });
        go = true;
    }
    ready.notify_all();
    for (auto& thread : threads) thread.join();
    CHECK_EQ(mine.size(), 3);

    auto sum = std::async(std::launch::async, [] {
        std::vector<int> v(1000);
        std::iota(v.begin(), v.end(), 1);
        return std::accumulate(v.begin(), v.end(), 0);
    });
    CHECK_EQ(sum.get(), 500500);

    auto thrown = std::async(std::launch::async, []() -> int { throw 7; });
    try {
        thrown.get();
        CHECK(!"an exception crosses the future");
    } catch (int value) {
        CHECK_EQ(value, 7);
    }
    return check_result();
}
