// Result<T>: a value or an NTSTATUS; what core code returns instead of throwing.
#pragma once

#include <utility>
#include <variant>

#include "abi/status.h"

namespace lsw {

// A failed (or successful, for Result<void>) NTSTATUS that converts into any Result.
struct Status {
    NTSTATUS code = STATUS_SUCCESS;
    constexpr Status() = default;
    constexpr Status(NTSTATUS value) : code(value) {}  // NOLINT: implicit by design
    constexpr bool ok() const { return NT_SUCCESS(code); }
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}  // NOLINT
    Result(Status status) : state_(std::in_place_index<0>, status.code) {}  // NOLINT
    Result(NTSTATUS status)                                                 // NOLINT
        requires(!std::is_same_v<T, NTSTATUS> && !std::is_integral_v<T>)
        : state_(std::in_place_index<0>, status) {}

    bool ok() const { return state_.index() == 1; }
    explicit operator bool() const { return ok(); }
    NTSTATUS status() const { return ok() ? STATUS_SUCCESS : *std::get_if<0>(&state_); }
    T& value() { return *std::get_if<1>(&state_); }
    const T& value() const { return *std::get_if<1>(&state_); }
    T& operator*() { return value(); }
    T* operator->() { return &value(); }

private:
    std::variant<NTSTATUS, T> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Status status) : status_(status.code) {}  // NOLINT
    Result(NTSTATUS status) : status_(status) {}     // NOLINT
    bool ok() const { return NT_SUCCESS(status_); }
    explicit operator bool() const { return ok(); }
    NTSTATUS status() const { return status_; }

private:
    NTSTATUS status_ = STATUS_SUCCESS;
};

// Value of a Result, or return its status from the enclosing function.
#define LSW_TRY(expression)                                                  \
    ({                                                                       \
        auto lsw_result = (expression);                                      \
        if (!lsw_result.ok()) return ::lsw::Status(lsw_result.status());     \
        std::move(lsw_result.value());                                       \
    })

// The same for Result<void> (and Status).
#define LSW_CHECK(expression)                                                \
    do {                                                                     \
        auto lsw_result = (expression);                                      \
        if (!lsw_result.ok()) return ::lsw::Status(lsw_result.status());     \
    } while (0)

}  // namespace lsw
