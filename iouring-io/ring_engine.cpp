#include "iouring-io/ring_engine.h"

#include <algorithm>
#include <cerrno>
#include <new>

#include "iouring-io/backends.h"
#include "iouring-io/kinds.h"
#include "iouring-io/sleep.h"

namespace lsw::io {
namespace {

using Phase = Operation::Internal::Phase;

// Measured on two CPUs: more entries gain nothing (what does not fit is submitted), and start-up and memory grow with them.
constexpr unsigned kSubmissionEntries = 256;
constexpr unsigned kCompletionEntries = 4096;
// start_soon: operations under way before others are held back, and how many are.
constexpr uint32_t kPlenty = 8;
constexpr unsigned kBatch = 8;
// What one reaper copies out at a time; it lies on stacks whose size the program chose.
constexpr unsigned kReapBatch = 16;

void fill_transfer(io_uring_sqe& entry, uint8_t opcode, const Operation& operation) {
    io_uring_prep_rw(opcode, &entry, operation.fd, operation.buffer, operation.size_bytes,
                     static_cast<uint64_t>(operation.offset));
    entry.rw_flags = static_cast<int>(operation.flags);
}

void fill_message(io_uring_sqe& entry, uint8_t opcode, const Operation& operation) {
    io_uring_prep_rw(opcode, &entry, operation.fd, operation.buffer, operation.size_bytes, 0);
    entry.msg_flags = operation.flags;
}

void fill(io_uring_sqe& entry, Operation& operation) {
    switch (operation.kind) {
        case Kind::Nothing: return io_uring_prep_nop(&entry);
        case Kind::Read: return fill_transfer(entry, IORING_OP_READ, operation);
        case Kind::Write: return fill_transfer(entry, IORING_OP_WRITE, operation);
        case Kind::Readv: return fill_transfer(entry, IORING_OP_READV, operation);
        case Kind::Writev: return fill_transfer(entry, IORING_OP_WRITEV, operation);
        case Kind::Fsync: return io_uring_prep_fsync(&entry, operation.fd, 0);
        case Kind::Fdatasync: return io_uring_prep_fsync(&entry, operation.fd, IORING_FSYNC_DATASYNC);
        case Kind::Poll: return io_uring_prep_poll_add(&entry, operation.fd, operation.flags);
        case Kind::Accept:
            return io_uring_prep_accept(&entry, operation.fd, static_cast<sockaddr*>(operation.buffer), operation.length,
                                        static_cast<int>(operation.flags));
        case Kind::Connect:
            return io_uring_prep_connect(&entry, operation.fd, static_cast<const sockaddr*>(operation.buffer),
                                         operation.size_bytes);
        case Kind::Send: return fill_message(entry, IORING_OP_SEND, operation);
        case Kind::Receive: return fill_message(entry, IORING_OP_RECV, operation);
        case Kind::SendMessage:
            return io_uring_prep_sendmsg(&entry, operation.fd, static_cast<msghdr*>(operation.buffer), operation.flags);
        case Kind::ReceiveMessage:
            return io_uring_prep_recvmsg(&entry, operation.fd, static_cast<msghdr*>(operation.buffer), operation.flags);
        case Kind::Timeout:
            operation.internal.seconds_ns[0] = operation.offset / 1'000'000'000;
            operation.internal.seconds_ns[1] = operation.offset % 1'000'000'000;
            return io_uring_prep_timeout(&entry, reinterpret_cast<__kernel_timespec*>(operation.internal.seconds_ns), 0,
                                         IORING_TIMEOUT_ABS);
    }
}

const char* refusal(int error) {
    switch (error) {
        case ENOSYS: return "this kernel has no io_uring, or too old a one";
        case EPERM: return "io_uring is disabled (kernel.io_uring_disabled) or refused by a seccomp filter";
        case ENOMEM: return "the limit of locked memory is too small for a ring";
        default: return "io_uring_setup failed";
    }
}

}  // namespace

std::unique_ptr<Engine> make_ring_engine(const char** why) {
    auto made = std::make_unique<RingEngine>();
    int refused = made->start_up();
    if (refused == 0) return made;
    *why = refusal(refused);
    return nullptr;
}

int RingEngine::start_up() {
    io_uring_params parameters{};
    parameters.flags = IORING_SETUP_CLAMP | IORING_SETUP_CQSIZE;
    parameters.cq_entries = kCompletionEntries;
    int refused = io_uring_queue_init_params(kSubmissionEntries, &ring_, &parameters);
    if (refused == -ENOMEM) {  // memory that may be locked is short (kernels before 5.12)
        parameters = {};
        refused = io_uring_queue_init_params(16, &ring_, &parameters);
    }
    if (refused != 0) return -refused;
    started_up_ = true;
    constexpr unsigned kNeeded = IORING_FEAT_NODROP | IORING_FEAT_FAST_POLL | IORING_FEAT_EXT_ARG | IORING_FEAT_RW_CUR_POS;
    if ((ring_.features & kNeeded) != kNeeded) return ENOSYS;
    // Newer liburing sets rings up without that array, entry i being slot i anyway.
    for (unsigned i = 0; ring_.sq.array && i < ring_.sq.ring_entries; ++i) ring_.sq.array[i] = i;
    return 0;
}

RingEngine::~RingEngine() {
    if (watcher_started_) {
        stopping_ = true;
        alert_watcher();
        put_control(nullptr);
        submit();
        pthread_join(watcher_, nullptr);
    }
    if (started_up_) io_uring_queue_exit(&ring_);
}

// What the kernel has not taken yet. Two threads may see the same entries; the kernel takes each once.
unsigned RingEngine::unsubmitted() const {
    return io_uring_smp_load_acquire(ring_.sq.ktail) - io_uring_smp_load_acquire(ring_.sq.khead);
}

bool RingEngine::something_ended() const {
    return io_uring_smp_load_acquire(ring_.cq.ktail) != io_uring_smp_load_acquire(ring_.cq.khead) ||
           (IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_CQ_OVERFLOW);
}

int RingEngine::enter(unsigned submitted, unsigned wanted, int64_t deadline_ns) {
    unsigned flags = wanted ? IORING_ENTER_GETEVENTS : 0u;
    if (deadline_ns == kNoDeadline || wanted == 0)
        return io_uring_enter(static_cast<unsigned>(ring_.ring_fd), submitted, wanted, flags, nullptr);
    int64_t left = std::max<int64_t>(0, deadline_ns - now_ns());
    __kernel_timespec limit{left / 1'000'000'000, left % 1'000'000'000};
    io_uring_getevents_arg argument{};
    argument.ts = reinterpret_cast<uint64_t>(&limit);
    return io_uring_enter2(static_cast<unsigned>(ring_.ring_fd), submitted, wanted, flags | IORING_ENTER_EXT_ARG,
                           reinterpret_cast<sigset_t*>(&argument), sizeof argument);
}

// Under the queue's lock. The kernel takes entries during io_uring_enter, so room comes with a submission.
io_uring_sqe* RingEngine::next_entry() {
    while (unsubmitted() >= ring_.sq.ring_entries) enter(ring_.sq.ring_entries, 0, kNoDeadline);
    return &ring_.sq.sqes[*ring_.sq.ktail & ring_.sq.ring_mask];
}

void RingEngine::publish_entry() { io_uring_smp_store_release(ring_.sq.ktail, *ring_.sq.ktail + 1); }

void RingEngine::put(Operation& operation) {
    std::lock_guard guard(queue_lock_);
    io_uring_sqe* entry = next_entry();
    fill(*entry, operation);
    io_uring_sqe_set_data(entry, &operation);
    phase_of(operation).store(Phase::Running, std::memory_order_release);
    publish_entry();
}

void RingEngine::put_poll(Operation& operation) {
    std::lock_guard guard(queue_lock_);
    io_uring_sqe* entry = next_entry();
    io_uring_prep_poll_add(entry, operation.fd, readiness_of(operation));
    io_uring_sqe_set_data(entry, &operation);
    phase_of(operation).store(Phase::Polling, std::memory_order_release);
    publish_entry();
}

// Cancels `target`, or does nothing but wake whoever attends.
void RingEngine::put_control(Operation* target) {
    std::lock_guard guard(queue_lock_);
    io_uring_sqe* entry = next_entry();
    if (target)
        io_uring_prep_cancel(entry, target, 0);
    else
        io_uring_prep_nop(entry);
    io_uring_sqe_set_data(entry, nullptr);
    publish_entry();
}

void RingEngine::queue(Operation& operation) {
    std::call_once(watcher_once_, [this] { start_watcher(); });
    cancelled_of(operation).store(false, std::memory_order_relaxed);
    in_flight_.fetch_add(1);
    if (!operation.quiet) loud_.fetch_add(1);
    put(operation);
    // Whoever sleeps in the ring already submitted what there was then. (The exchange orders this look after the entry.)
    Attendant none = Attendant::None;
    if (!attendant_.compare_exchange_strong(none, Attendant::None))
        submit();
    else if (watcher_sleeps_.load())
        alert_watcher();
}

void RingEngine::submit() {
    while (unsigned count = unsubmitted())
        if (enter(count, 0, kNoDeadline) <= 0) break;  // what is left is the watcher's
    if (attendant_.load() == Attendant::None && watcher_is_needed()) alert_watcher();
}

void RingEngine::start_soon(Operation& operation) {
    bool quiet = operation.quiet;  // it may be gone once it is queued
    queue(operation);
    // A device that has this much to do does not wait for more; the thread that queues comes to wait, or the watcher does.
    bool later = quiet && in_flight_.load(std::memory_order_relaxed) > kPlenty && unsubmitted() < kBatch;
    if (!later) submit();
}

void RingEngine::cancel(Operation& operation) {
    // The flag first: an operation that is about to begin again looks at it.
    cancelled_of(operation).store(true);
    put_control(&operation);
    submit();
}

unsigned RingEngine::take_ended(io_uring_cqe* copies) {
    if (IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_CQ_OVERFLOW)
        io_uring_enter(static_cast<unsigned>(ring_.ring_fd), 0, 0, IORING_ENTER_GETEVENTS, nullptr);
    unsigned head = *ring_.cq.khead;
    unsigned count = std::min(io_uring_smp_load_acquire(ring_.cq.ktail) - head, kReapBatch);
    for (unsigned i = 0; i < count; ++i) copies[i] = ring_.cq.cqes[(head + i) & ring_.cq.ring_mask];
    io_uring_smp_store_release(ring_.cq.khead, head + count);
    return count;
}

unsigned RingEngine::reap_all(bool attending) {
    unsigned total = 0;
    bool took_wake = false;
    // Whoever holds the lock takes everything; what ends after its last look is seen by the next who comes to wait.
    while (something_ended()) {
        std::unique_lock guard(reap_lock_, std::try_to_lock);
        if (!guard.owns_lock()) break;
        io_uring_cqe ended[kReapBatch];
        unsigned count = take_ended(ended);
        for (unsigned i = 0; i < count; ++i) {
            if (auto* operation = reinterpret_cast<Operation*>(ended[i].user_data)) {
                end(*operation, ended[i].res);
                ++total;
            } else {
                took_wake = true;
            }
        }
    }
    // It may have been meant for a thread that is on its way to sleep.
    if (took_wake && !attending && attendant_.load() != Attendant::None) {
        put_control(nullptr);
        submit();
    }
    return total;
}

// The kernel also ends operations because of things that are not their end: the descriptor is O_NONBLOCK, or the thread that
// submitted them has ended.
bool RingEngine::begins_again(Operation& operation, int32_t& result) {
    Phase phase = phase_of(operation).load(std::memory_order_acquire);
    bool cancelled = cancelled_of(operation).load();
    if (phase == Phase::Polling) {
        if (cancelled) return result = -ECANCELED, false;
        if (operation.kind == Kind::Connect && result >= 0) return result = connect_result(operation.fd), false;
        if (result == -ECANCELED)
            put_poll(operation);
        else
            put(operation);
        return true;
    }
    if (result == -EAGAIN && readiness_of(operation) && !must_not_wait(operation)) {
        if (cancelled) return result = -ECANCELED, false;
        put_poll(operation);
        return true;
    }
    if (result == -ETIME && operation.kind == Kind::Timeout) return result = 0, false;
    if (result != -ECANCELED && result != -EINTR) return false;
    if (cancelled) return result = -ECANCELED, false;
    // A second connect(2) would be told that the first is under way.
    if (operation.kind == Kind::Connect)
        put_poll(operation);
    else
        put(operation);
    return true;
}

void RingEngine::end(Operation& operation, int32_t result) {
    if (begins_again(operation, result)) {
        // A cancellation that came before the new entry found nothing to cancel.
        if (cancelled_of(operation).load()) put_control(&operation);
        submit();
        return;
    }
    phase_of(operation).store(Phase::Idle, std::memory_order_relaxed);
    if (!operation.quiet) loud_.fetch_sub(1);
    in_flight_.fetch_sub(1);
    operation.done(operation, result);
}

}  // namespace lsw::io
