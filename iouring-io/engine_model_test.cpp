// Random operations from several threads against a model: bytes of a pipe come out once and in order, whatever is cancelled;
// blocks of a file hold what was last written; every operation ends exactly once.
#include <poll.h>
#include <unistd.h>

#include <random>
#include <thread>
#include <vector>

#include "iouring-io/sleep.h"
#include "iouring-io/test_support.h"

namespace lsw::io {
namespace {

using ModelTest = EngineTest;

// One pipe with one thread that writes, reads (one at a time, which keeps the order) and cancels at random.
void exercise_pipe(Engine& engine, unsigned seed) {
    std::mt19937 random(seed);
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC | (seed % 2 ? O_NONBLOCK : 0)), 0);
    UniqueFd reader(ends[0]), writer(ends[1]);
    unsigned char bytes[8], next_out = 0, next_in = 0;
    unsigned in_pipe = 0, cancelled = 0, delivered = 0;
    std::unique_ptr<Tracked> read;
    auto settle = [&] {
        int32_t result = read->wait();
        ASSERT_NE(result, -ETIMEDOUT);
        ASSERT_EQ(read->ended, 1);
        read = nullptr;
        if (result == -ECANCELED) {
            ++cancelled;
            return;
        }
        ASSERT_GT(result, 0);
        for (int i = 0; i < result; ++i) ASSERT_EQ(bytes[i], next_in++);
        in_pipe -= static_cast<unsigned>(result);
        delivered += static_cast<unsigned>(result);
    };
    for (int step = 0; step < 600 && !testing::Test::HasFatalFailure(); ++step) {
        unsigned what = random() % 4;
        if (what == 0 && !read) {
            read = std::make_unique<Tracked>();
            read->operation.quiet = random() % 2;
            prepare_read(read->operation, reader.get(), bytes, 1 + random() % 8, kNoOffset);
            engine.queue(read->operation);
            if (random() % 2) engine.submit();
        } else if (what == 1 && in_pipe < 2048) {
            unsigned char out[5];
            unsigned count = 1 + random() % 5;
            for (unsigned i = 0; i < count; ++i) out[i] = next_out++;
            in_pipe += count;
            ASSERT_EQ(write(writer.get(), out, count), static_cast<ssize_t>(count));
        } else if (what == 2 && read && random() % 2) {
            engine.cancel(read->operation);
            settle();
        } else if (read && in_pipe > 0) {
            engine.reap();
            settle();  // there is something to read, so it ends
        }
    }
    if (read) {
        engine.cancel(read->operation);
        settle();
    }
    EXPECT_GT(cancelled, 0u);
    EXPECT_GT(delivered, 0u);
    unsigned char rest[4096];
    while (in_pipe > 0) {
        ssize_t got = ::read(reader.get(), rest, std::min<size_t>(in_pipe, sizeof rest));
        ASSERT_GT(got, 0);
        for (ssize_t i = 0; i < got; ++i) ASSERT_EQ(rest[i], next_in++);
        in_pipe -= static_cast<unsigned>(got);
    }
}

TEST_P(ModelTest, PipesKeepTheirBytes) {
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 4; ++seed) threads.emplace_back([&, seed] { exercise_pipe(*engine_, seed); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(engine_->in_flight(), 0u);
}

TEST_P(ModelTest, FilesHoldWhatWasWritten) {
    constexpr unsigned kBlocks = 64, kBlockSize = 512;
    UniqueFd file = temporary_file();
    std::vector<uint32_t> model(kBlocks, 0);
    std::mt19937 random(7);
    for (int round = 0; round < 40; ++round) {
        struct Transfer : Tracked {
            uint32_t data[kBlockSize / 4];
            unsigned block;
            bool writes, cancelled = false;
            uint32_t before;
        };
        std::vector<std::unique_ptr<Transfer>> batch;
        std::vector<bool> used(kBlocks, false);
        for (int i = 0; i < 32; ++i) {
            auto one = std::make_unique<Transfer>();
            one->block = random() % kBlocks;
            if (used[one->block]) continue;
            used[one->block] = true;
            one->writes = random() % 2;
            one->before = model[one->block];
            auto offset = static_cast<int64_t>(one->block) * kBlockSize;
            if (one->writes) {
                uint32_t value = random();
                for (uint32_t& word : one->data) word = value;
                prepare_write(one->operation, file.get(), one->data, kBlockSize, offset);
            } else {
                prepare_read(one->operation, file.get(), one->data, kBlockSize, offset);
            }
            engine_->queue(one->operation);
            if (random() % 4 == 0) engine_->submit();
            if (random() % 8 == 0) one->cancelled = true, engine_->cancel(one->operation);
            batch.push_back(std::move(one));
        }
        engine_->submit();
        for (auto& one : batch) {
            int32_t result = one->wait();
            if (one->cancelled && result == -ECANCELED) continue;
            if (one->writes) {
                ASSERT_EQ(result, static_cast<int32_t>(kBlockSize));
                model[one->block] = one->data[0];
            } else if (result != 0) {
                for (int32_t i = 0; i < result / 4; ++i) ASSERT_EQ(one->data[i], one->before);
            }
            ASSERT_EQ(one->ended, 1);
        }
    }
    EXPECT_EQ(engine_->in_flight(), 0u);
}

// Cancellations against completions from two threads: both never, and never neither.
TEST_P(ModelTest, CancellationRacesEndOnce) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    UniqueFd reader(ends[0]), writer(ends[1]);
    unsigned delivered = 0, written = 0;
    for (int i = 0; i < 500; ++i) {
        Tracked read;
        char byte;
        prepare_read(read.operation, reader.get(), &byte, 1, kNoOffset);
        engine_->start(read.operation);
        std::thread canceller([&] { engine_->cancel(read.operation); });
        if (i % 2) {
            ASSERT_EQ(write(writer.get(), "x", 1), 1);
            ++written;
        }
        int32_t result = read.wait();
        canceller.join();
        ASSERT_TRUE(result == 1 || result == -ECANCELED) << result;
        delivered += result == 1;
        std::lock_guard guard(read.lock);
        ASSERT_EQ(read.ended, 1);
    }
    char rest[512];
    fcntl(reader.get(), F_SETFL, O_NONBLOCK);
    ssize_t left = read(reader.get(), rest, sizeof rest);
    EXPECT_EQ(delivered + static_cast<unsigned>(std::max<ssize_t>(left, 0)), written);
}

INSTANTIATE_TEST_SUITE_P(Backends, ModelTest, testing::Values("uring", "blocking"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace lsw::io
