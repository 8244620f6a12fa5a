// What the reader makes of the records: a call with its arguments and result, or another thing that happened.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/trace/catalogue.h"

namespace lsw::cli::trace {

class TracedProcess;

struct CapturedValue {
    uint8_t argument;
    CaptureKind kind;
    uint32_t total;
    uint32_t offset, size_bytes;  // in the event's bytes
};

struct Event {
    enum class Kind { kCall, kUnfinished, kException, kModule, kStack, kProcessStart, kProcessEnd };
    Kind kind = Kind::kCall;
    TracedProcess* process = nullptr;
    int tid = 0;
    uint32_t call = 0;          // in the catalogue
    uint64_t start = 0, end = 0;  // ticks
    uint64_t result = 0;
    uint32_t last_error = 0;
    uint32_t depth = 0;         // of calls around it
    std::vector<uint64_t> words;  // arguments; for other kinds, the record's
    std::vector<CapturedValue> captures;
    std::string bytes;          // of the captures
    std::string text;           // module: path

    std::string_view bytes_of(const CapturedValue& value) const {
        return std::string_view(bytes).substr(value.offset, value.size_bytes);
    }
    // As new, with the memory it has.
    void clear() {
        std::vector<uint64_t> old_words = std::move(words);
        std::vector<CapturedValue> old_captures = std::move(captures);
        std::string old_bytes = std::move(bytes);
        *this = Event();
        old_words.clear(), old_captures.clear(), old_bytes.clear();
        words = std::move(old_words), captures = std::move(old_captures), bytes = std::move(old_bytes);
    }
};

// Passed on from hand to hand, and used again.
using EventPtr = std::unique_ptr<Event>;

// A place that events go to. They come in the order in which they ended, process by process within a few milliseconds.
class Sink {
public:
    virtual ~Sink() = default;
    virtual void take(const Event& event) = 0;
    virtual void finish() {}
};

}  // namespace lsw::cli::trace
