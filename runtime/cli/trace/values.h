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

// Fills in how a call's values are shown.
void describe_values(Call& call);

// One argument. Values that the call gave back are in brackets.
void append_argument(std::string& out, const Call& call, const Event& event, size_t index, const HandleNames& handles);
std::string argument_text(const Call& call, const Event& event, size_t index, const HandleNames& handles);
// "= 0x54", "= FALSE ERROR_FILE_NOT_FOUND (2)", "= STATUS_SUCCESS"; nothing for what returns nothing.
void append_result(std::string& out, const Call& call, const Event& event, const HandleNames& handles);
std::string result_text(const Call& call, const Event& event, const HandleNames& handles);
bool call_failed(const Call& call, uint64_t result);

void append_number(std::string& out, uint64_t value, int base = 10);

const char* win32_error_name(uint32_t error);

}  // namespace lsw::cli::trace
