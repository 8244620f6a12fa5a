#include "api/missing.h"

#include <sys/mman.h>

#include <cstring>
#include <mutex>
#include <vector>

#include "api/export.h"
#include "base/guest_map.h"
#include "base/log.h"

namespace lsw::api {

std::string (*describe_address)(const void* address) = nullptr;

namespace {

constexpr size_t kStubBytes = 32;
constexpr size_t kPageBytes = 1 << 16;

struct Stubs {
    std::mutex lock;
    std::vector<std::string> names;
    std::byte* page = nullptr;
    size_t used = 0;
};

Stubs& stubs() {
    static Stubs instance;
    return instance;
}

[[noreturn]] void WINAPI called(uint32_t index, const void* return_address) {
    std::string caller = describe_address ? describe_address(return_address) : "unknown";
    fatal(kExitInternal, "%s is not implemented (called from %s)", stubs().names[index].c_str(), caller.c_str());
}

// mov ecx, index; mov rdx, [rsp]; sub rsp, 40; mov rax, called; call rax
void write_stub(std::byte* at, uint32_t index) {
    uint8_t code[kStubBytes] = {0xB9, 0, 0, 0, 0, 0x48, 0x8B, 0x14, 0x24, 0x48, 0x83, 0xEC, 0x28, 0x48, 0xB8};
    auto target = reinterpret_cast<uint64_t>(&called);
    memcpy(code + 1, &index, 4);
    memcpy(code + 15, &target, 8);
    code[23] = 0xFF;
    code[24] = 0xD0;
    code[25] = 0xCC;
    memcpy(at, code, sizeof code);
}

}  // namespace

Result<void*> missing_import(std::string_view dll, std::string_view function) {
    Stubs& all = stubs();
    std::lock_guard guard(all.lock);
    std::string name = std::string(dll) + "!" + std::string(function);
    log_debug("import %s is missing: it fails when called", name.c_str());
    if (!all.page || all.used + kStubBytes > kPageBytes) {
        all.page = LSW_TRY(map_guest(nullptr, kPageBytes, PROT_READ | PROT_WRITE | PROT_EXEC,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        all.used = 0;
    }
    std::byte* stub = all.page + all.used;
    all.used += kStubBytes;
    write_stub(stub, static_cast<uint32_t>(all.names.size()));
    all.names.push_back(std::move(name));
    return static_cast<void*>(stub);
}

namespace {
std::span<const ExportTable> g_modules;
}

std::span<const ExportTable> builtin_modules() { return g_modules; }

void register_builtin_modules(std::span<const ExportTable> modules) { g_modules = modules; }

void report_stub_call(const char* dll, const char* name) { log_debug("%s!%s is a stub: it fails", dll, name); }

}  // namespace lsw::api
