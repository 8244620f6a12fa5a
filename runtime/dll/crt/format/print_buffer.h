// printf into a buffer: the truncation, termination and return rules of each family member.
// Doc: "snprintf, _snprintf, …", "_snprintf_s, …", "sprintf_s, …", "vswprintf, …", "_vscprintf, …".
#pragma once

#include <cerrno>
#include <climits>
#include <cstdint>

#include "dll/crt/format/print.h"

namespace lsw::crt {

enum class TruncationRule {
    standard,   // snprintf: terminated, returns the length the whole text has
    legacy,     // _snprintf: -1 when it does not fit, no terminator unless there is room for one
    terminate,  // swprintf: -1 when it does not fit, terminated
};

struct BufferResult {
    int count = -1;
    int error = 0;                   // errno value
    bool invalid_parameter = false;  // the invalid parameter handler is to be called
};

inline TruncationRule truncation_rule(uint64_t ucrt_bits) {
    if (ucrt_bits & kPrintStandardSnprintf) return TruncationRule::standard;
    if (ucrt_bits & kPrintLegacyNullTermination) return TruncationRule::legacy;
    return TruncationRule::terminate;
}

template <class C>
BufferResult print_to_buffer(C* buffer, size_t capacity, const C* format, MsVaList args,
                             const PrintOptions& options, TruncationRule rule) {
    if (format == nullptr || (buffer == nullptr && capacity != 0)) return {-1, EINVAL, true};
    BufferSink<C> sink(buffer, capacity);
    PrintResult printed = format_print(static_cast<Sink<C>&>(sink), format, args, options);
    uint64_t length = sink.total();
    if (printed.count < 0) {
        if (buffer != nullptr && capacity > 0)
            buffer[length < capacity ? length : capacity - 1] = 0;
        return {-1, printed.error, printed.error == EINVAL};
    }
    int count = printed.count;
    if (buffer == nullptr) return {count};
    if (length < capacity) {
        buffer[length] = 0;
        return {count};
    }
    if (rule == TruncationRule::legacy) return {length == capacity ? count : -1};
    if (capacity > 0) buffer[capacity - 1] = 0;
    return {rule == TruncationRule::standard ? count : -1};
}

// sprintf_s: what does not fit is an invalid parameter and leaves an empty text.
template <class C>
BufferResult print_to_buffer_s(C* buffer, size_t capacity, const C* format, MsVaList args,
                               const PrintOptions& options) {
    if (format == nullptr || buffer == nullptr || capacity == 0) return {-1, EINVAL, true};
    BufferSink<C> sink(buffer, capacity);
    PrintResult printed = format_print(static_cast<Sink<C>&>(sink), format, args, options);
    if (printed.count < 0) {
        buffer[0] = 0;
        return {-1, printed.error, printed.error == EINVAL};
    }
    if (sink.total() >= capacity) {
        buffer[0] = 0;
        return {-1, ERANGE, true};
    }
    buffer[sink.total()] = 0;
    return {printed.count};
}

// _snprintf_s: at most `max_count` characters; (size_t)-1 (_TRUNCATE) as many as fit.
template <class C>
BufferResult print_to_buffer_ns(C* buffer, size_t capacity, size_t max_count, const C* format,
                                MsVaList args, const PrintOptions& options) {
    if (format == nullptr) return {-1, EINVAL, true};
    if (buffer == nullptr && capacity == 0 && max_count == 0) return {0};
    if (buffer == nullptr || capacity == 0) return {-1, EINVAL, true};
    size_t limit = max_count < capacity ? max_count : capacity - 1;
    BufferSink<C> sink(buffer, limit);
    PrintResult printed = format_print(static_cast<Sink<C>&>(sink), format, args, options);
    if (printed.count < 0) {
        buffer[0] = 0;
        return {-1, printed.error, printed.error == EINVAL};
    }
    if (sink.total() <= limit) {
        buffer[sink.total()] = 0;
        return {printed.count};
    }
    if (max_count >= capacity && max_count != SIZE_MAX) {
        buffer[0] = 0;
        return {-1, ERANGE, true};
    }
    buffer[limit] = 0;
    return {-1};
}

}  // namespace lsw::crt
