// Host: the event loop of lswhost. One thread: connections, children, and the decision to go. What may block for long
// (a guest's notifications) has threads of its own (listener.h).
#pragma once

#include <sys/types.h>

#include <atomic>
#include <map>
#include <string>

#include "base/unique_fd.h"
#include "notify-agent/fastpath.h"
#include "notify-agent/listener.h"
#include "notify-agent/protocol.h"

namespace lsw::agent {

class Host {
public:
    Host(std::string directory, int idle_ms) : directory_(std::move(directory)), idle_ms_(idle_ms) {}

    // Takes the place of the user's lswhost. False when there is one, or no socket can be made.
    bool listen();
    // After the process is what it will be (signals and threads are made here).
    bool prepare();
    // Until nobody has needed it for the idle time, or it is told to go.
    void run();

private:
    void accept_client();
    void serve_client(int fd);
    void drop_client(int fd);
    Reply answer(const Message& message, UniqueFd descriptor);
    Reply attach(UniqueFd descriptor);
    Reply give_fastpath(pid_t asker, Fastpath::Grant* grant);
    Reply start_program(UniqueFd descriptor);
    void reap_children();
    void end_background();
    bool may_go();
    bool is_idle() const { return clients_ == 0 && attached_ == 0 && children_.empty(); }
    void watch(int fd);

    const std::string directory_;
    const int idle_ms_;
    UniqueFd lock_, socket_, epoll_, signals_, wake_;
    unsigned clients_ = 0;
    std::atomic<unsigned> attached_{0};
    std::map<pid_t, int> children_;
    Fastpath fastpath_;
    Policy policy_;
    Counters counters_;
    bool leave_ = false;
};

}  // namespace lsw::agent
