#include "iouring-io/engine.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "iouring-io/sleep.h"
#include "iouring-io/test_support.h"

namespace lsw::io {
namespace {

struct Pipe {
    UniqueFd reader, writer;
    explicit Pipe(int flags = 0) {
        int ends[2];
        EXPECT_EQ(pipe2(ends, O_CLOEXEC | flags), 0);
        reader.reset(ends[0]);
        writer.reset(ends[1]);
    }
};

TEST_P(EngineTest, WritesAndReadsAFile) {
    UniqueFd file = temporary_file();
    Tracked write, read, sync, past;
    prepare_write(write.operation, file.get(), "abcdefgh", 8, 100);
    EXPECT_EQ(run(write), 8);
    prepare_fsync(sync.operation, file.get(), true);
    EXPECT_EQ(run(sync), 0);
    char buffer[16] = {};
    prepare_read(read.operation, file.get(), buffer, 16, 102);
    EXPECT_EQ(run(read), 6);
    EXPECT_STREQ(buffer, "cdefgh");
    prepare_read(past.operation, file.get(), buffer, 16, 200);
    EXPECT_EQ(run(past), 0);
    EXPECT_EQ(engine_->in_flight(), 0u);
}

TEST_P(EngineTest, MovesPieces) {
    UniqueFd file = temporary_file();
    char one[] = "abc", two[] = "defg", three[8] = {}, four[8] = {};
    iovec out[] = {{one, 3}, {two, 4}}, in[] = {{three, 5}, {four, 8}};
    Tracked write, read;
    prepare_writev(write.operation, file.get(), out, 2, 0);
    EXPECT_EQ(run(write), 7);
    prepare_readv(read.operation, file.get(), in, 2, 0);
    EXPECT_EQ(run(read), 7);
    EXPECT_STREQ(three, "abcde");
    EXPECT_STREQ(four, "fg");
}

TEST_P(EngineTest, TellsErrors) {
    Tracked bad, directory;
    char buffer[8];
    prepare_read(bad.operation, 1 << 20, buffer, 8, 0);
    EXPECT_EQ(run(bad), -EBADF);
    UniqueFd root(open("/", O_RDONLY | O_CLOEXEC));
    prepare_read(directory.operation, root.get(), buffer, 8, 0);
    EXPECT_EQ(run(directory), -EISDIR);
}

TEST_P(EngineTest, AReadWaitsForAPipe) {
    for (int flags : {0, O_NONBLOCK}) {
        Pipe pipe(flags);
        Tracked read;
        char buffer[8] = {};
        prepare_read(read.operation, pipe.reader.get(), buffer, 8, kNoOffset);
        engine_->start(read.operation);
        usleep(20'000);
        EXPECT_FALSE(read.has_ended());
        EXPECT_EQ(engine_->in_flight(), 1u);
        ASSERT_EQ(write(pipe.writer.get(), "xyz", 3), 3);
        EXPECT_EQ(read.wait(), 3);
        EXPECT_STREQ(buffer, "xyz");
    }
}

TEST_P(EngineTest, EachByteGoesToOneReader) {
    Pipe pipe;
    Tracked reads[4];
    char buffer[5] = {};
    for (int i = 0; i < 4; ++i) {
        prepare_read(reads[i].operation, pipe.reader.get(), buffer + i, 1, kNoOffset);
        engine_->start(reads[i].operation);
    }
    ASSERT_EQ(write(pipe.writer.get(), "abcd", 4), 4);
    for (Tracked& read : reads) EXPECT_EQ(read.wait(), 1);
    std::sort(buffer, buffer + 4);
    EXPECT_STREQ(buffer, "abcd");
}

TEST_P(EngineTest, AFullPipeMakesAWriteWait) {
    Pipe pipe(O_NONBLOCK);
    std::vector<char> block(65536, 'x');
    while (write(pipe.writer.get(), block.data(), block.size()) > 0) {
    }
    Tracked out;
    prepare_write(out.operation, pipe.writer.get(), "more", 4, kNoOffset);
    engine_->start(out.operation);
    usleep(20'000);
    EXPECT_FALSE(out.has_ended());
    ASSERT_GT(read(pipe.reader.get(), block.data(), block.size()), 0);
    EXPECT_EQ(out.wait(), 4);
}

TEST_P(EngineTest, TheEndOfAPipeIsSeen) {
    Pipe pipe;
    Tracked in;
    char buffer[8];
    prepare_read(in.operation, pipe.reader.get(), buffer, 8, kNoOffset);
    engine_->start(in.operation);
    pipe.writer.reset();
    EXPECT_EQ(in.wait(), 0);
}

TEST_P(EngineTest, CancelsWhatWaits) {
    Pipe pipe;
    Tracked read, poll, timeout, nonblocking;
    char buffer[8];
    prepare_read(read.operation, pipe.reader.get(), buffer, 8, kNoOffset);
    prepare_poll(poll.operation, pipe.reader.get(), POLLIN);
    prepare_timeout(timeout.operation, now_ns() + 100'000'000'000);
    Pipe other(O_NONBLOCK);
    prepare_read(nonblocking.operation, other.reader.get(), buffer, 8, kNoOffset);
    for (Tracked* one : {&read, &poll, &timeout, &nonblocking}) {
        engine_->start(one->operation);
        engine_->cancel(one->operation);
        EXPECT_EQ(one->wait(), -ECANCELED);
        engine_->cancel(one->operation);  // too late, and no harm
    }
    EXPECT_EQ(engine_->in_flight(), 0u);
    usleep(5'000);
    for (Tracked* one : {&read, &poll, &timeout, &nonblocking}) EXPECT_EQ(one->ended, 1);
    // What was cancelled took nothing.
    ASSERT_EQ(write(pipe.writer.get(), "q", 1), 1);
    Tracked again;
    prepare_read(again.operation, pipe.reader.get(), buffer, 8, kNoOffset);
    EXPECT_EQ(run(again), 1);
}

TEST_P(EngineTest, PollsAndTimesOut) {
    Pipe pipe;
    Tracked in, out, timeout;
    prepare_poll(in.operation, pipe.reader.get(), POLLIN);
    engine_->start(in.operation);
    prepare_poll(out.operation, pipe.writer.get(), POLLOUT);
    EXPECT_EQ(run(out), POLLOUT);
    int64_t due = now_ns() + 30'000'000;
    prepare_timeout(timeout.operation, due);
    EXPECT_EQ(run(timeout), 0);
    EXPECT_GE(now_ns(), due);
    EXPECT_LT(now_ns(), due + 500'000'000);
    EXPECT_FALSE(in.has_ended());
    pipe.writer.reset();
    EXPECT_EQ(in.wait(), POLLHUP);
}

TEST_P(EngineTest, ConnectsAcceptsSendsAndReceives) {
    UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(listen(listener.get(), 8), 0);
    ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    Tracked accept, connect, receive, send, message, refused;
    sockaddr_in peer{};
    socklen_t peer_length = sizeof peer;
    prepare_accept(accept.operation, listener.get(), reinterpret_cast<sockaddr*>(&peer), &peer_length, SOCK_CLOEXEC);
    engine_->start(accept.operation);
    UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    prepare_connect(connect.operation, client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    EXPECT_EQ(run(connect), 0);
    ASSERT_GE(accept.wait(), 0);
    UniqueFd server(accept.result);
    EXPECT_EQ(peer.sin_family, AF_INET);
    char buffer[16] = {};
    prepare_receive(receive.operation, server.get(), buffer, sizeof buffer, 0);
    engine_->start(receive.operation);
    prepare_send(send.operation, client.get(), "hello", 5, 0);
    EXPECT_EQ(run(send), 5);
    EXPECT_EQ(receive.wait(), 5);
    EXPECT_STREQ(buffer, "hello");
    iovec piece{buffer, sizeof buffer};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    prepare_receive_message(message.operation, client.get(), &header, 0);
    engine_->start(message.operation);
    server.reset();
    EXPECT_EQ(message.wait(), 0);
    listener.reset();
    UniqueFd late(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    prepare_connect(refused.operation, late.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    EXPECT_EQ(run(refused), -ECONNREFUSED);
}

TEST_P(EngineTest, OperationsOutliveTheThreadThatQueuedThem) {
    Pipe pipe;
    UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    Tracked read, poll;
    char buffer[8] = {};
    std::thread([&] {
        prepare_read(read.operation, pipe.reader.get(), buffer, 8, kNoOffset);
        engine_->start(read.operation);
        prepare_poll(poll.operation, pipe.reader.get(), POLLIN);
        engine_->start(poll.operation);
    }).join();
    usleep(20'000);
    EXPECT_FALSE(read.has_ended());
    ASSERT_EQ(write(pipe.writer.get(), "abc", 3), 3);
    EXPECT_EQ(read.wait(), 3);
    engine_->cancel(poll.operation);  // the data may be gone before it is looked at
    poll.wait();
    EXPECT_EQ(poll.ended, 1);
}

TEST_P(EngineTest, WhatIsQueuedBeginsWithoutASubmit) {
    UniqueFd file = temporary_file();
    for (bool quiet : {false, true}) {
        Tracked write;
        write.operation.quiet = quiet;
        prepare_write(write.operation, file.get(), "abc", 3, 0);
        engine_->queue(write.operation);
        EXPECT_EQ(write.wait(), 3);
    }
}

TEST_P(EngineTest, AnAttendantSeesWhatEndsAndIsWoken) {
    std::atomic<uint32_t> word{0};
    if (engine_->attend(word, 1, kNoDeadline) == EBUSY) GTEST_SKIP() << "this backend needs no attendant";
    Pipe pipe;
    Tracked read;
    char buffer[8];
    read.operation.quiet = true;
    prepare_read(read.operation, pipe.reader.get(), buffer, 8, kNoOffset);
    engine_->start(read.operation);
    int64_t due = now_ns() + 20'000'000;
    while (now_ns() < due) ASSERT_EQ(engine_->attend(word, 0, due), 0);
    EXPECT_FALSE(read.has_ended());
    for (int i = 0; i < 200; ++i) {  // a wake is never lost, whenever it comes
        std::thread waker([&] {
            if (i % 3) usleep(static_cast<unsigned>(i % 7) * 50);
            word.fetch_add(1);
            engine_->wake_attendant();
        });
        uint32_t seen = static_cast<uint32_t>(i);
        while (word.load() == seen) ASSERT_EQ(engine_->attend(word, seen, kNoDeadline), 0);
        waker.join();
    }
    ASSERT_EQ(write(pipe.writer.get(), "x", 1), 1);
    while (!read.has_ended()) ASSERT_EQ(engine_->attend(word, 200, now_ns() + 1'000'000'000), 0);
    EXPECT_EQ(read.result, 1);
}

INSTANTIATE_TEST_SUITE_P(Backends, EngineTest, testing::Values("uring", "blocking"),
                         [](const auto& info) { return std::string(info.param); });

TEST(EngineChoice, SaysWhatItUses) {
    Description chosen = describe_engine();
    EXPECT_TRUE(!strcmp(chosen.backend, "uring") || !strcmp(chosen.backend, "blocking"));
    EXPECT_NE(std::string(chosen.reason), "");
}

}  // namespace
}  // namespace lsw::io
