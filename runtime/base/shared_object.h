// Loads an ELF shared object that needs nothing but functions it is handed: no other libraries, no thread-local variables.
// A static lsw uses it for the libraries it carries (host_library.h); see "System V Application Binary Interface, AMD64".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace lsw {

class SharedObject {
public:
    // Address of an undefined symbol of the object, null when there is none.
    using Resolve = void* (*)(const char* name);

    // `image` is the object as it lies in this program's own file, page-aligned there: it is mapped from the file again.
    // Null when the file cannot be opened, the image is none that this loader knows, or a symbol has no address.
    static std::unique_ptr<SharedObject> load(std::span<const std::byte> image, Resolve resolve);

    void* find(const char* name) const;

private:
    struct Tables;
    SharedObject() = default;
    bool map(std::span<const std::byte> image);
    bool relocate(const Tables& tables, Resolve resolve) const;

    std::byte* base_ = nullptr;  // stays mapped for good: OpenSSL leaves functions for the end of the process
    const char* names_ = nullptr;
    const void* symbols_ = nullptr;
    const uint32_t* hash_ = nullptr;
};

}  // namespace lsw
