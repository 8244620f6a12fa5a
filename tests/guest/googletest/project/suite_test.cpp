// What a portable library's tests do: strings, containers, files, threads, exceptions, death by exit
// code, parameters, mocks, and output captured from stdout.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

TEST(Strings, FormatAndParse) {
    std::ostringstream out;
    out << 42 << ' ' << 1.5 << ' ' << std::hex << 255;
    EXPECT_EQ(out.str(), "42 1.5 ff");
    EXPECT_DOUBLE_EQ(std::stod("2.25e2"), 225.0);
    EXPECT_THROW((void)std::stoi("none"), std::invalid_argument);
}

TEST(Exceptions, PassThroughFramesAndRunDestructors) {
    static int alive;
    struct Guard {
        Guard() { alive++; }
        ~Guard() { alive--; }
    };
    auto deep = [](auto self, int depth) -> int {
        Guard guard;
        if (depth == 0) throw std::runtime_error("bottom");
        return self(self, depth - 1) + 1;
    };
    try {
        deep(deep, 50);
        FAIL() << "nothing was thrown";
    } catch (const std::exception& e) {
        EXPECT_STREQ(e.what(), "bottom");
    }
    EXPECT_EQ(alive, 0);
}

class FileTest : public testing::Test {
  protected:
    void SetUp() override {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        dir_ = fs::temp_directory_path() /
               (std::string("suite_") + info->name() + std::to_string(std::hash<std::thread::id>{}(
                                                           std::this_thread::get_id())) +
                std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
        fs::create_directories(dir_);
    }
    void TearDown() override { fs::remove_all(dir_); }
    fs::path dir_;
};

TEST_F(FileTest, WriteReadRename) {
    {
        std::ofstream out(dir_ / "a.txt", std::ios::binary);
        for (int i = 0; i < 1000; i++) out << i << '\n';
    }
    fs::rename(dir_ / "a.txt", dir_ / "b.txt");
    EXPECT_FALSE(fs::exists(dir_ / "a.txt"));
    EXPECT_EQ(fs::file_size(dir_ / "b.txt"), 3890u);
    std::ifstream in(dir_ / "b.txt");
    int value = 0, count = 0;
    while (in >> value) count++;
    EXPECT_EQ(count, 1000);
    EXPECT_EQ(value, 999);
}

TEST_F(FileTest, DirectoriesAreWalked) {
    for (int i = 0; i < 20; i++) {
        fs::create_directories(dir_ / ("d" + std::to_string(i % 4)));
        std::ofstream(dir_ / ("d" + std::to_string(i % 4)) / ("f" + std::to_string(i))) << i;
    }
    size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(dir_)) files += entry.is_regular_file();
    EXPECT_EQ(files, 20u);
}

TEST(Threads, ManyAddUnderALock) {
    std::mutex mutex;
    long sum = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; t++) {
        threads.emplace_back([&] {
            for (int i = 0; i < 10000; i++) {
                std::lock_guard lock(mutex);
                sum++;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(sum, 40000);
}

TEST(Threads, ConditionVariableHandsOver) {
    std::mutex mutex;
    std::condition_variable changed;
    int turn = 0;
    std::thread other([&] {
        for (int i = 0; i < 100; i++) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return turn % 2 == 1; });
            turn++;
            changed.notify_one();
        }
    });
    for (int i = 0; i < 100; i++) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return turn % 2 == 0; });
        turn++;
        changed.notify_one();
    }
    other.join();
    EXPECT_EQ(turn, 200);
}

TEST(Threads, ThreadLocalsHaveOneValueEach) {
    static thread_local int mine = 7;
    mine = 1;
    int seen = 0;
    std::thread([&] { seen = mine; }).join();
    EXPECT_EQ(seen, 7);
    EXPECT_EQ(mine, 1);
}

TEST(Time, SleepTakesItsTime) {
    auto begin = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, std::chrono::milliseconds(25));
    EXPECT_LT(took, std::chrono::seconds(20));
}

TEST(Capture, StdoutIsCaught) {
    testing::internal::CaptureStdout();
    printf("one %d\n", 1);
    fflush(stdout);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "one 1\n");
}

TEST(DeathTest, ExitCodeIsSeen) {
    EXPECT_EXIT(std::exit(3), testing::ExitedWithCode(3), "");
}

class Squares : public testing::TestWithParam<int> {};
TEST_P(Squares, AreNotNegative) { EXPECT_GE(GetParam() * GetParam(), 0); }
INSTANTIATE_TEST_SUITE_P(Some, Squares, testing::Values(-3, 0, 4));

struct Sink {
    virtual ~Sink() = default;
    virtual int put(const std::string& text) = 0;
};
struct MockSink : Sink {
    MOCK_METHOD(int, put, (const std::string& text), (override));
};
TEST(Mocks, ExpectationsAreMet) {
    MockSink sink;
    EXPECT_CALL(sink, put(testing::HasSubstr("ell"))).WillOnce(testing::Return(5));
    EXPECT_EQ(sink.put("hello"), 5);
}
