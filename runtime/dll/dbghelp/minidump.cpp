// minidumpapiset.h: a snapshot of a process, its own or another's: threads with their registers and stacks, modules, the
// exception, the system, and all memory where asked for. The layout is of the public header (minidumpapiset.h).
// Doc: "MiniDumpWriteDump function (minidumpapiset.h)", "MINIDUMP_TYPE enumeration".
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "core/exception/capture.h"
#include "core/process/process_object.h"
#include "core/process/remote_channel.h"
#include "core/process/remote_modules.h"
#include "core/teb.h"
#include "core/thread/thread.h"
#include "dll/dbghelp/dbghelp.h"
#include "dll/kernel32/kernel32.h"
#include "dll/ntdll/ntdll.h"

using namespace lsw;

namespace {

enum StreamType : uint32_t {
    kThreadList = 3,
    kModuleList = 4,
    kMemoryList = 5,
    kException = 6,
    kSystemInfo = 7,
    kMemory64List = 9,
    kMiscInfo = 15,
    kMemoryInfoList = 16,
};

constexpr DWORD kWithFullMemory = 2, kWithFullMemoryInfo = 0x800;
constexpr uint64_t kHighestAddress = 0x5000'0000'0000;
constexpr size_t kMostStackBytes = 1 << 20, kRedZoneBytes = 128;

#pragma pack(push, 4)
struct Location {
    uint32_t size, rva;
};
struct MemoryPiece {
    uint64_t start;
    Location where;
};
struct Header {
    uint32_t signature = 0x504D444D, version = 0xA793, streams = 0, directory = 32, checksum = 0, time = 0;
    uint64_t flags = 0;
};
struct DirectoryEntry {
    uint32_t type;
    Location where;
};
struct ThreadEntry {
    uint32_t id, suspended, priority_class, priority;
    uint64_t teb;
    MemoryPiece stack;
    Location context;
};
struct ModuleEntry {
    uint64_t base;
    uint32_t size, checksum, time, name;
    uint32_t version[13];
    Location code_view, miscellaneous;
    uint64_t reserved[2];
};
struct ExceptionEntry {
    uint32_t thread, alignment;
    uint32_t code, flags;
    uint64_t record, address;
    uint32_t parameters, unused;
    uint64_t information[15];
    Location context;
};
struct SystemEntry {
    uint16_t architecture = 9, level = 6, revision = 0;
    uint8_t processors = 1, product = 1;
    uint32_t major = 10, minor = 0, build = 19045, platform = 2, service_pack = 0;
    uint16_t suite = 0x100, reserved = 0;
    uint64_t features[2] = {};
    uint32_t more[2] = {};
};
struct MiscEntry {
    uint32_t size = 24, flags = 3, process, created, user, kernel;
};
struct MemoryInfoEntry {
    uint64_t base, allocation_base;
    uint32_t allocation_protect, alignment1;
    uint64_t size;
    uint32_t state, protect, type, alignment2;
};
struct ExceptionParameter {
    DWORD thread;
    uint64_t pointers;
    BOOL of_client;
};
struct UserStream {
    uint32_t type, size;
    const void* data;
};
struct UserStreams {
    uint32_t count;
    const UserStream* streams;
};
#pragma pack(pop)
static_assert(sizeof(ThreadEntry) == 48 && sizeof(ModuleEntry) == 108 && sizeof(ExceptionEntry) == 168);
static_assert(sizeof(SystemEntry) == 56 && sizeof(MemoryInfoEntry) == 48 && sizeof(ExceptionParameter) == 16);

struct Exception {
    bool given = false;
    DWORD thread = 0;
    EXCEPTION_RECORD record{};
    CONTEXT context{};
};

struct KnownThread {
    DWORD id;
    HANDLE handle;
};

class Dump {
public:
    Dump(HANDLE process, DWORD id, HANDLE file, DWORD type) : process_(process), id_(id), file_(file), type_(type) {}

    // The caller's own registers, for when it dumps itself.
    void set_caller(const CONTEXT& context) { caller_ = context; }
    bool take_exception(const ExceptionParameter& given);
    bool write(const UserStreams* extra);

private:
    void freeze();
    void thaw();
    void add_threads();
    void add_modules();
    void add_exception();
    void add_system();
    void add_memory_list();
    void add_memory_info();
    bool write_full_memory();

    bool read(uint64_t address, void* out, size_t size) {
        SIZE_T got = 0;
        return kernel32::ReadProcessMemory(process_, reinterpret_cast<LPCVOID>(address), out, size, &got) && got == size;
    }
    uint32_t append(const void* data, size_t size) {
        body_.resize((body_.size() + 7) & ~size_t{7});
        auto at = static_cast<uint32_t>(body_.size());
        body_.append(static_cast<const char*>(data), size);
        return at;
    }
    Location append_all(const std::string& data) {
        return {static_cast<uint32_t>(data.size()), append(data.data(), data.size())};
    }
    void add_stream(uint32_t type, const std::string& data) { streams_.push_back({type, append_all(data)}); }
    template <class T>
    static void put(std::string& out, const T& value) {
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    CONTEXT context_of(const KnownThread& thread);
    Location code_view_of(uint64_t base, uint32_t& time, uint32_t& checksum);
    std::vector<MEMORY_BASIC_INFORMATION> regions();
    bool put_out(const void* data, size_t size) {
        DWORD written = 0;
        return kernel32::WriteFile(file_, data, static_cast<DWORD>(size), &written, nullptr) && written == size;
    }

    HANDLE process_;
    DWORD id_;
    HANDLE file_;
    DWORD type_;
    CONTEXT caller_{};
    Exception exception_;
    std::vector<KnownThread> threads_;
    std::vector<MemoryPiece> pieces_;
    std::vector<DirectoryEntry> streams_;
    std::string body_;
};

bool Dump::take_exception(const ExceptionParameter& given) {
    EXCEPTION_POINTERS pointers;
    exception_.thread = given.thread;
    exception_.given = read(given.pointers, &pointers, sizeof pointers) &&
                       read(reinterpret_cast<uint64_t>(pointers.ExceptionRecord), &exception_.record, sizeof exception_.record) &&
                       read(reinterpret_cast<uint64_t>(pointers.ContextRecord), &exception_.context, sizeof exception_.context);
    return exception_.given;
}

void Dump::freeze() {
    constexpr DWORD kAccess = 0x1FFFFF;
    std::vector<int> ids;
    if (id_ == static_cast<DWORD>(getpid()))
        for (const Ref<Thread>& thread : all_threads()) ids.push_back(static_cast<int>(thread->id()));
    else
        ids = visible_threads_of(static_cast<int>(id_));
    for (int id : ids)
        if (HANDLE handle = kernel32::OpenThread(kAccess, FALSE, static_cast<DWORD>(id)))
            threads_.push_back({static_cast<DWORD>(id), handle});
    for (KnownThread& thread : threads_)
        if (thread.id != current_thread()->id()) kernel32::SuspendThread(thread.handle);
}

void Dump::thaw() {
    for (KnownThread& thread : threads_) {
        if (thread.id != current_thread()->id()) kernel32::ResumeThread(thread.handle);
        kernel32::CloseHandle(thread.handle);
    }
}

CONTEXT Dump::context_of(const KnownThread& thread) {
    if (thread.id == current_thread()->id()) return caller_;
    if (exception_.given && thread.id == exception_.thread) return exception_.context;
    CONTEXT context{};
    context.ContextFlags = CONTEXT_FULL | CONTEXT_SEGMENTS;
    if (!kernel32::GetThreadContext(thread.handle, &context)) context = {};
    return context;
}

void Dump::add_threads() {
    std::vector<ThreadEntry> entries;
    for (const KnownThread& thread : threads_) {
        auto context = std::make_unique<CONTEXT>(context_of(thread));
        struct {
            NTSTATUS status;
            uint64_t teb;
            uint64_t rest[4];
        } basic{};
        constexpr ULONG kBasic = 0;
        ntdll::NtQueryInformationThread(thread.handle, kBasic, &basic, sizeof basic, nullptr);
        ThreadEntry entry{thread.id, thread.id != current_thread()->id(), NORMAL_PRIORITY_CLASS, 0, basic.teb, {}, {}};
        NT_TIB tib{};
        if (basic.teb && read(basic.teb, &tib, sizeof tib)) {
            auto top = reinterpret_cast<uint64_t>(tib.StackBase), low = reinterpret_cast<uint64_t>(tib.StackLimit);
            uint64_t from = context->Rsp >= low && context->Rsp < top ? std::max(low, context->Rsp - kRedZoneBytes) : low;
            from = std::max(from & ~uint64_t{15}, top > kMostStackBytes ? top - kMostStackBytes : 0);
            std::string stack(top - from, '\0');
            if (read(from, stack.data(), stack.size())) entry.stack = {from, append_all(stack)};
            if (entry.stack.where.size) pieces_.push_back(entry.stack);
        }
        entry.context = {sizeof(CONTEXT), append(context.get(), sizeof(CONTEXT))};
        entries.push_back(entry);
    }
    std::string list;
    put(list, static_cast<uint32_t>(entries.size()));
    for (const ThreadEntry& entry : entries) put(list, entry);
    add_stream(kThreadList, list);
}

// What links an image to its program database, and its time and checksum.
Location Dump::code_view_of(uint64_t base, uint32_t& time, uint32_t& checksum) {
    constexpr size_t kMostBytes = 1024;
    struct DebugEntry {
        uint32_t characteristics, time, version, type, size, rva, offset;
    } entry{};
    int32_t offset = 0;
    uint32_t directory[2] = {};
    if (!read(base + 60, &offset, sizeof offset)) return {};
    uint64_t headers = base + static_cast<uint32_t>(offset);
    read(headers + 8, &time, sizeof time);
    read(headers + 24 + 64, &checksum, sizeof checksum);
    if (!read(headers + 24 + 112 + 6 * 8, directory, sizeof directory) || !directory[0]) return {};
    for (uint32_t at = 0; at + sizeof entry <= std::min<uint32_t>(directory[1], kMostBytes); at += sizeof entry) {
        if (!read(base + directory[0] + at, &entry, sizeof entry) || entry.type != 2 || entry.size > kMostBytes) continue;
        std::string record(entry.size, '\0');
        if (read(base + entry.rva, record.data(), record.size())) return append_all(record);
    }
    return {};
}

void Dump::add_modules() {
    HMODULE handles[512];
    DWORD needed = 0;
    if (!kernel32::K32EnumProcessModules(process_, handles, sizeof handles, &needed)) needed = 0;
    std::string list;
    auto count = std::min<uint32_t>(needed / sizeof(HMODULE), std::size(handles));
    put(list, count);
    auto path = std::make_unique<WCHAR[]>(1024);
    for (uint32_t i = 0; i < count; ++i) {
        MODULEINFO info{};
        kernel32::K32GetModuleInformation(process_, handles[i], &info, sizeof info);
        uint32_t length = kernel32::K32GetModuleFileNameExW(process_, handles[i], path.get(), 1024) * 2;
        std::string name;
        put(name, length);
        name.append(reinterpret_cast<const char*>(path.get()), length + 2);
        ModuleEntry entry{};
        entry.base = reinterpret_cast<uint64_t>(handles[i]);
        entry.size = info.SizeOfImage;
        entry.name = append_all(name).rva;
        entry.code_view = code_view_of(entry.base, entry.time, entry.checksum);
        put(list, entry);
    }
    add_stream(kModuleList, list);
}

void Dump::add_exception() {
    if (!exception_.given) return;
    const EXCEPTION_RECORD& record = exception_.record;
    ExceptionEntry entry{};
    entry.thread = exception_.thread;
    entry.code = record.ExceptionCode, entry.flags = record.ExceptionFlags;
    entry.record = reinterpret_cast<uint64_t>(record.ExceptionRecord);
    entry.address = reinterpret_cast<uint64_t>(record.ExceptionAddress);
    entry.parameters = std::min<DWORD>(record.NumberParameters, std::size(entry.information));
    for (uint32_t i = 0; i < entry.parameters; ++i) entry.information[i] = record.ExceptionInformation[i];
    entry.context = {sizeof(CONTEXT), append(&exception_.context, sizeof(CONTEXT))};
    std::string data;
    put(data, entry);
    add_stream(kException, data);
}

void Dump::add_system() {
    SystemEntry system;
    system.processors = static_cast<uint8_t>(std::min<ULONG>(current_peb()->NumberOfProcessors, 255));
    uint32_t nothing = 0;
    system.service_pack = append(&nothing, sizeof nothing + 2);
    std::string data;
    put(data, system);
    add_stream(kSystemInfo, data);
    FILETIME created{}, ended{}, kernel{}, user{};
    kernel32::GetProcessTimes(process_, &created, &ended, &kernel, &user);
    auto ticks = [](FILETIME time) { return static_cast<int64_t>(time.dwHighDateTime) << 32 | time.dwLowDateTime; };
    constexpr int64_t kSecond = 10'000'000, kUnixEpoch = 11'644'473'600;
    MiscEntry misc;
    misc.process = id_;
    misc.created = static_cast<uint32_t>(ticks(created) / kSecond - kUnixEpoch);
    misc.user = static_cast<uint32_t>(ticks(user) / kSecond), misc.kernel = static_cast<uint32_t>(ticks(kernel) / kSecond);
    data.clear();
    put(data, misc);
    add_stream(kMiscInfo, data);
}

void Dump::add_memory_list() {
    std::string list;
    put(list, static_cast<uint32_t>(pieces_.size()));
    for (const MemoryPiece& piece : pieces_) put(list, piece);
    add_stream(kMemoryList, list);
}

std::vector<MEMORY_BASIC_INFORMATION> Dump::regions() {
    std::vector<MEMORY_BASIC_INFORMATION> all;
    for (uint64_t at = 0; at < kHighestAddress;) {
        MEMORY_BASIC_INFORMATION info;
        if (!kernel32::VirtualQueryEx(process_, reinterpret_cast<LPCVOID>(at), &info, sizeof info) || !info.RegionSize) break;
        if (info.State != MEM_FREE) all.push_back(info);
        at = reinterpret_cast<uint64_t>(info.BaseAddress) + info.RegionSize;
    }
    return all;
}

void Dump::add_memory_info() {
    std::vector<MEMORY_BASIC_INFORMATION> all = regions();
    std::string list;
    put(list, uint32_t{16});
    put(list, uint32_t{sizeof(MemoryInfoEntry)});
    put(list, static_cast<uint64_t>(all.size()));
    for (const MEMORY_BASIC_INFORMATION& info : all)
        put(list, MemoryInfoEntry{reinterpret_cast<uint64_t>(info.BaseAddress), reinterpret_cast<uint64_t>(info.AllocationBase),
                                  info.AllocationProtect, 0, info.RegionSize, info.State, info.Protect, info.Type, 0});
    add_stream(kMemoryInfoList, list);
}

// The last stream, whose memory follows everything else.
bool Dump::write_full_memory() {
    constexpr size_t kChunk = 0x10000;
    auto chunk = std::make_unique<char[]>(kChunk);
    for (const MEMORY_BASIC_INFORMATION& info : regions()) {
        if (info.State != MEM_COMMIT) continue;
        auto start = reinterpret_cast<uint64_t>(info.BaseAddress);
        for (uint64_t done = 0; done < info.RegionSize; done += kChunk) {
            size_t size = std::min<uint64_t>(kChunk, info.RegionSize - done);
            if (!read(start + done, chunk.get(), size)) memset(chunk.get(), 0, size);
            if (!put_out(chunk.get(), size)) return false;
        }
    }
    return true;
}

bool Dump::write(const UserStreams* extra) {
    bool full = type_ & kWithFullMemory, info = type_ & kWithFullMemoryInfo;
    size_t user = extra ? extra->count : 0;
    size_t count = 5 + exception_.given + full + info + user;
    body_.assign(sizeof(Header) + count * sizeof(DirectoryEntry), '\0');
    freeze();
    add_threads();
    add_modules();
    add_exception();
    add_system();
    add_memory_list();
    if (info) add_memory_info();
    for (size_t i = 0; i < user; ++i)
        add_stream(extra->streams[i].type,
                   std::string(static_cast<const char*>(extra->streams[i].data), extra->streams[i].size));
    if (full) {
        std::string list;
        std::vector<MEMORY_BASIC_INFORMATION> all = regions();
        std::erase_if(all, [](const MEMORY_BASIC_INFORMATION& region) { return region.State != MEM_COMMIT; });
        put(list, static_cast<uint64_t>(all.size()));
        put(list, (body_.size() + 7) / 8 * 8 + 16 + all.size() * 16);
        for (const MEMORY_BASIC_INFORMATION& region : all) {
            put(list, reinterpret_cast<uint64_t>(region.BaseAddress));
            put(list, static_cast<uint64_t>(region.RegionSize));
        }
        add_stream(kMemory64List, list);
    }
    Header header;
    header.streams = static_cast<uint32_t>(streams_.size());
    header.time = static_cast<uint32_t>(time(nullptr));
    header.flags = type_;
    memcpy(body_.data(), &header, sizeof header);
    memcpy(body_.data() + sizeof header, streams_.data(), streams_.size() * sizeof(DirectoryEntry));
    bool written = put_out(body_.data(), body_.size()) && (!full || write_full_memory());
    thaw();
    return written;
}

}  // namespace

BOOL dbghelp::MiniDumpWriteDump(HANDLE hProcess, DWORD ProcessId, HANDLE hFile, DWORD DumpType, void* ExceptionParam,
                                void* UserStreamParam, void*) {
    auto process = process_from_handle(hProcess);
    if (!process.ok()) return win32_result(process.status());
    if ((*process)->pid() != static_cast<pid_t>(ProcessId)) return win32_result(STATUS_INVALID_PARAMETER);
    auto dump = std::make_unique<Dump>(hProcess, ProcessId, hFile, DumpType);
    auto caller = std::make_unique<CONTEXT>();
    seh::capture_caller(caller.get());
    dump->set_caller(*caller);
    if (ExceptionParam && !dump->take_exception(*static_cast<ExceptionParameter*>(ExceptionParam)))
        return win32_result(STATUS_INVALID_PARAMETER);
    return dump->write(static_cast<const UserStreams*>(UserStreamParam)) ? TRUE : FALSE;
}
