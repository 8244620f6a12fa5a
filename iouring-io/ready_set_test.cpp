#include "iouring-io/ready_set.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <memory>
#include <thread>

#include "iouring-io/engine.h"
#include "iouring-io/sleep.h"

namespace lsw::io {
namespace {

constexpr int64_t kSecond_ns = 1'000'000'000;

struct SetDeleter {
    void operator()(ReadySet* set) const { set->release(); }
};
using SetHolder = std::unique_ptr<ReadySet, SetDeleter>;

// A signal that is not ours may end a sleep.
int attend(ReadySet& set, const std::atomic<uint32_t>& word, uint32_t expected, int64_t deadline_ns) {
    int error;
    do error = set.attend(word, expected, deadline_ns);
    while (error == EINTR);
    return error;
}

// One end of a connection; reads what comes when it is told.
class Reader final : public ReadyTarget {
public:
    Reader() {
        int ends[2];
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
        ours_.reset(ends[0]);
        theirs_.reset(ends[1]);
    }
    void on_ready(uint32_t) override {
        char data[64];
        std::lock_guard guard(lock_);
        for (ssize_t got; (got = read(ours_.get(), data, sizeof data)) > 0;) bytes_ += static_cast<size_t>(got);
    }
    void retain_target() override { ++references_; }
    void release_target() override { --references_; }

    void send(size_t bytes) {
        std::string data(bytes, 'x');
        EXPECT_EQ(write(theirs_.get(), data.data(), bytes), static_cast<ssize_t>(bytes));
    }
    int fd() const { return ours_.get(); }
    int references() const { return references_; }
    bool gets(size_t bytes) {
        for (int64_t end = now_ns() + 20 * kSecond_ns; now_ns() < end; usleep(500)) {
            std::lock_guard guard(lock_);
            if (bytes_ >= bytes) return bytes_ == bytes;
        }
        return false;
    }

private:
    UniqueFd ours_, theirs_;
    std::mutex lock_;
    size_t bytes_ = 0;
    std::atomic<int> references_{0};
};

TEST(ReadySet, TellsOfChangesOnTheThreadThatAttends) {
    SetHolder set(ReadySet::make());
    ASSERT_TRUE(set);
    Reader reader;
    std::atomic<uint32_t> word{0};
    ReadySet::Ticket ticket = set->add(reader, reader.fd());
    ASSERT_NE(ticket, ReadySet::kNone);
    EXPECT_EQ(reader.references(), 1);
    EXPECT_EQ(attend(*set, word, 0, now_ns() + kSecond_ns), 0);  // told at once that there is room to write
    reader.send(10);
    EXPECT_EQ(attend(*set, word, 0, now_ns() + kSecond_ns), 0);
    EXPECT_TRUE(reader.gets(10));
    EXPECT_EQ(attend(*set, word, 1, kNoDeadline), 0);  // the word is another already
    EXPECT_FALSE(set->serve());
    set->remove(ticket, reader.fd());
    EXPECT_EQ(reader.references(), 0);
}

TEST(ReadySet, ComesBackAtTheDeadline) {
    SetHolder set(ReadySet::make());
    std::atomic<uint32_t> word{0};
    int64_t begin = now_ns();
    EXPECT_EQ(attend(*set, word, 0, begin + 20'000'000), 0);
    EXPECT_GE(now_ns() - begin, 19'000'000);
}

TEST(ReadySet, IsLookedAfterWhileNobodyAttends) {
    SetHolder set(ReadySet::make());
    Reader reader;
    std::atomic<uint32_t> word{0};
    ReadySet::Ticket ticket = set->add(reader, reader.fd());
    reader.send(3);
    EXPECT_TRUE(reader.gets(3));
    // Somebody comes and goes; then it is the guardian's again.
    for (size_t round = 1; round <= 5; ++round) {
        set->attend(word, 0, now_ns() + 1'000'000);
        usleep(6'000);
        reader.send(2);
        EXPECT_TRUE(reader.gets(3 + 2 * round));
    }
    set->hand_over();
    reader.send(1);
    EXPECT_TRUE(reader.gets(14));
    set->remove(ticket, reader.fd());
}

// What a completion port does with it: packets are posted, sleepers take them, none is lost and none waits for ever.
TEST(ReadySet, WakesNoFewerSleepersThanThereIsWork) {
    constexpr int kThreads = 3, kPosters = 2, kPackets = 20'000;
    SetHolder set(ReadySet::make());
    std::atomic<uint32_t> sequence{0};
    std::mutex lock;
    std::deque<int> queue;
    int taken = 0;
    auto wake_one = [&] {
        sequence.fetch_add(1);
        set->wake();
    };
    auto take = [&] {
        for (;;) {
            uint32_t seen = sequence.load();
            bool got = false, more, done;
            {
                std::lock_guard guard(lock);
                if (!queue.empty()) queue.pop_front(), ++taken, got = true;
                more = !queue.empty();
                done = taken == kPosters * kPackets;
            }
            if (more || done) wake_one();
            if (done) return;
            if (!got) set->attend(sequence, seen, kNoDeadline);
        }
    };
    auto post = [&] {
        for (int i = 0; i < kPackets; ++i) {
            {
                std::lock_guard guard(lock);
                queue.push_back(i);
            }
            wake_one();
            if (i % 64 == 0) usleep(50);
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(take);
    for (int i = 0; i < kPosters; ++i) threads.emplace_back(post);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(taken, kPosters * kPackets);
}

TEST(ReadySet, LosesNothingWhileThreadsComeAndGo) {
    constexpr int kReaders = 16, kRounds = 400;
    SetHolder set(ReadySet::make());
    std::array<Reader, kReaders> readers;
    std::atomic<bool> stop{false};
    std::atomic<uint32_t> word{0};
    auto visit = [&](unsigned pause_us) {
        while (!stop) {
            set->attend(word, 0, now_ns() + 500'000);
            if (pause_us) usleep(pause_us);
        }
    };
    std::thread busy(visit, 0u), lazy(visit, 9'000u);
    std::array<ReadySet::Ticket, kReaders> tickets;
    for (int i = 0; i < kReaders; ++i) tickets[i] = set->add(readers[i], readers[i].fd());
    for (int round = 0; round < kRounds; ++round) {
        int i = round % kReaders;
        for (Reader& reader : readers) reader.send(1);
        set->remove(tickets[i], readers[i].fd());
        tickets[i] = set->add(readers[i], readers[i].fd());
        if (round % 50 == 0) usleep(10'000);
        if (round == kRounds / 2) {
            stop = true;  // from here on the guardian alone
            busy.join();
            lazy.join();
        }
    }
    for (Reader& reader : readers) EXPECT_TRUE(reader.gets(kRounds));
    for (int i = 0; i < kReaders; ++i) set->remove(tickets[i], readers[i].fd());
    for (int64_t end = now_ns() + 5 * kSecond_ns; now_ns() < end; usleep(500)) {
        int held = 0;
        for (Reader& reader : readers) held += reader.references();
        if (held == 0) return;
    }
    FAIL() << "a target is still held";
}

}  // namespace
}  // namespace lsw::io
