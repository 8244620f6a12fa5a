// Every export that is a function, as the tracer sees it: its name, class, parameters, and how its calls are recorded.
// All of it is read off the rows; see classify.cpp for what a row's header and name say about its class.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/trace/layout.h"

namespace lsw::cli::trace {

using namespace lsw::trace;

enum class CallClass : uint8_t {
    kFile, kRegistry, kProcess, kThread, kMemory, kSync, kNet, kModule, kConsole, kTime, kSystem, kException, kCrt,
    // Not shown unless asked for: calls that never leave the process and that programs make by the million.
    kHeap, kText, kQuick,
};

// Views of the rows, which live as long as the process.
struct Parameter {
    std::string_view type, name;
};

struct Call {
    std::string_view dll;   // "kernel32.dll"
    std::string_view name;
    std::string_view result_type;
    std::vector<Parameter> parameters;
    CallClass call_class;
    bool variadic = false;
    bool raw = false;       // an NT service
    CallPlan plan;
    std::array<CaptureKind, kMostArguments> captured;  // by argument
    std::array<bool, kMostArguments> has_capture;
};

class Catalogue {
public:
    Catalogue();

    const std::vector<Call>& calls() const { return calls_; }
    const Call& operator[](size_t index) const { return calls_[index]; }
    size_t size() const { return calls_.size(); }

    // Marks what an -e list names: classes, "all", or names of functions ("CreateFile" means its A and W forms too; a
    // '*' stands for anything). Returns the first word that means nothing, or empty.
    std::string select(std::string_view list);
    void select_default();
    bool selected(size_t index) const { return calls_[index].plan.flags & kTraced; }

private:
    struct Source {
        const void* target;
        const char* signature;
        const char* header;
        bool is_alias;
    };
    void classify_aliases();
    void choose(uint32_t index);

    std::vector<Source> sources_;
    std::unordered_map<const void*, uint32_t> functions_;  // to their place
    std::vector<Call> calls_;
};

const char* class_name(CallClass call_class);
CallClass classify(std::string_view dll, std::string_view name, std::string_view header);

// "BOOL|(HANDLE hObject)" taken apart.
void parse_signature(std::string_view signature, Call& call);
// Functions with a convention of their own.
bool never_traced(std::string_view name);
// How the calls of an export are recorded.
void make_plan(Call& call);

}  // namespace lsw::cli::trace
