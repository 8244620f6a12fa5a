// Every export that is a function, as the tracer sees it. What the build knows of all of them is a table in the binary
// (api/trace/layout.h); names and signatures are read off the rows when a call is first shown.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/trace/classify.h"
#include "api/trace/layout.h"

namespace lsw::cli::trace {

using namespace lsw::trace;

// What decides how a value of a type is shown.
enum class ValueType : uint8_t {
    kPointer, kNumber, kHandle, kKey, kSocket, kBool, kBoolean, kStatus, kHresult, kError, kDouble, kFloat, kAccess, kVoid,
};

// How a parameter or result is shown; found once, by its type and name.
struct ValueKind {
    ValueType type;
    ValueType given = ValueType::kNumber;  // what it points to, where the call gives it back
    bool is_signed = false;
    uint8_t bits = 64;
    int16_t flags = -1;     // the set of flags.inc that names its values
};

// Views of the rows, which live as long as the process.
struct Call {
    std::string_view dll;   // "kernel32.dll"
    std::string_view name;
    std::string_view result_type;
    std::vector<Parameter> parameters;
    bool variadic;
    CallClass call_class;
    const CallPlan& plan;
    std::vector<ValueKind> kinds = {};  // of the parameters
    ValueKind result = {};
    bool gives_handle = false;
    bool closes_handle = false;
};

class Catalogue {
public:
    Catalogue();

    const Call& operator[](size_t index) const { return calls_[index] ? *calls_[index] : make(index); }
    size_t size() const { return calls_.size(); }
    const char* name_of(size_t index) const;

    // Marks what an -e list names: classes, "all", or names of functions ("CreateFile" means its A and W forms too; a
    // '*' stands for anything). Returns the first word that means nothing, or empty.
    std::string select(std::string_view list);
    void select_default();
    // A bit for each call, in words of 64.
    const std::vector<uint64_t>& selection() const { return selection_; }

private:
    const Call& make(size_t index) const;
    void choose(size_t index);

    std::vector<uint64_t> selection_;
    mutable std::vector<std::unique_ptr<Call>> calls_;
};

}  // namespace lsw::cli::trace
