// Values as text: arguments with documented names, handles with what they name, results with their errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cli/trace/event.h"

namespace lsw::cli::trace {

// What a process's handles name, learnt from the calls that made them.
class HandleNames {
public:
    // After a call: remembers what it opened.
    void learn(const Call& call, const Event& event);
    // After it was shown: forgets what it closed.
    void forget(const Call& call, const Event& event);
    const std::string* find(uint64_t handle) const;

private:
    std::unordered_map<uint64_t, std::string> names_;
};

// One argument. Values that the call gave back are in brackets.
std::string argument_text(const Call& call, const Event& event, size_t index, const HandleNames& handles);
// "= 0x54", "= FALSE ERROR_FILE_NOT_FOUND (2)", "= STATUS_SUCCESS".
std::string result_text(const Call& call, const Event& event, const HandleNames& handles);
bool call_failed(const Call& call, uint64_t result);

// "C:\\x.txt" in quotes, control characters escaped.
std::string quoted(std::string_view utf8);
std::string captured_text(const CapturedValue& value);

const char* win32_error_name(uint32_t error);

}  // namespace lsw::cli::trace
