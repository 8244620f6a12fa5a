// The programs of trace.bpf.c in the kernel: loading, attaching, pinning them, and taking all that away again.
#pragma once

#include <string>
#include <vector>

#include "bpf/trace/trace.h"

struct bpf_object;

namespace lsw::bpf {

class TracePrograms {
public:
    // Each gives an empty text when all is well, else why not.
    std::string load(const std::vector<lsw_name>& names);
    std::string attach();
    void detach();

    // In the directory of the user, and in it that of this tracer. Tracing works without.
    void pin(int tracer);
    void unpin();
    const std::string& pins() const { return pins_; }

    int map(const char* name) const;
    bpf_object* object() const { return object_; }

private:
    bpf_object* object_ = nullptr;
    std::vector<int> links_;
    std::string pins_;
};

}  // namespace lsw::bpf
