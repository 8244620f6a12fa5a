#include "bpf/trace/programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "bpf/kernel_types.h"
#include "bpf/loading.h"
#include "bpf/object.h"

LSW_DECLARE_BPF_OBJECT(trace);

namespace lsw::bpf {
namespace {

constexpr char kSection[] = "tp_btf/";

// Of tracers that were killed together with their helper.
void sweep(const std::string& parent) {
    DIR* directory = opendir(parent.c_str());
    if (!directory) return;
    while (dirent* entry = readdir(directory)) {
        int pid = 0;
        if (sscanf(entry->d_name, "trace-%d", &pid) == 1 && kill(pid, 0) != 0 && errno == ESRCH)
            remove_pins(parent + "/" + entry->d_name);
    }
    closedir(directory);
}

void fill_names(int map, const std::vector<lsw_name>& names) {
    size_t size_bytes = names.size() * sizeof(lsw_name);
    void* values = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (values == MAP_FAILED) return;  // calls go without names in what bpftool prints
    memcpy(values, names.data(), size_bytes);
    munmap(values, size_bytes);
}

// What trace.bpf.c wants to know of the kernel's types, found without libbpf's reading of all of them.
struct Types {
    std::vector<WantedTypedef> hooks;
    int description = -1;
};

// libbpf asks this before it loads a program; until then it takes them for ones of a type that needs no types.
int set_hook(bpf_program* program, bpf_prog_load_opts* options, long cookie) {
    auto* types = reinterpret_cast<const Types*>(cookie);
    std::string hook = std::string("btf_trace_") + (bpf_program__section_name(program) + sizeof kSection - 1);
    for (const WantedTypedef& wanted : types->hooks)
        if (wanted.name == hook) options->attach_btf_id = wanted.id;
    options->expected_attach_type = BPF_TRACE_RAW_TP;
    return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

bpf_object* open_object(Object bytes, const Types* types) {
    LIBBPF_OPTS(bpf_object_open_opts, options);
    options.object_name = "lsw_trace";
    std::string description = types ? "/proc/self/fd/" + std::to_string(types->description) : "";
    if (types) options.btf_custom_path = description.c_str();
    return bpf_object__open_mem(bytes.bytes, bytes.size_bytes, &options);
}

bool find_types(Object bytes, Types& types) {
    // Opened only to read the hooks' names off the sections would cost more than the list.
    for (const char* hook : {"sys_enter", "sys_exit", "sched_switch", "page_fault_user", "sched_process_fork",
                             "sched_process_exit"})
        types.hooks.push_back({std::string("btf_trace_") + hook});
    std::vector<WantedStruct> structs = {
        {"task_struct", {{"tgid", nullptr, 4}, {"thread", "thread_struct", 0}}},
        {"thread_struct", {{"fsbase", nullptr, 8}}},
    };
    if (bytes.size_bytes == 0 || !find_kernel_types(types.hooks, structs)) return false;
    types.description = describe_kernel_types(structs);
    return types.description >= 0;
}

int load_object(bpf_object* object, size_t names) {
    bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "lsw_names"), static_cast<__u32>(names));
    return bpf_object__load(object);
}

// A fifth of the time of the usual way. Null: not possible, or refused; the usual way says why.
bpf_object* load_quickly(Object bytes, size_t names) {
    Types types;
    if (!find_types(bytes, types)) return nullptr;
    LIBBPF_OPTS(libbpf_prog_handler_opts, options);
    options.cookie = reinterpret_cast<long>(&types);
    options.prog_prepare_load_fn = set_hook;
    int handler = libbpf_register_prog_handler(kSection, BPF_PROG_TYPE_RAW_TRACEPOINT, static_cast<bpf_attach_type>(0), &options);
    bpf_object* object = handler >= 0 ? open_object(bytes, &types) : nullptr;
    if (object && load_object(object, names) != 0) {
        bpf_object__close(object);
        object = nullptr;
    }
    if (handler >= 0) libbpf_unregister_prog_handler(handler);
    close(types.description);
    return object;
}

}  // namespace

int TracePrograms::map(const char* name) const { return bpf_object__find_map_fd_by_name(object_, name); }

std::string TracePrograms::load(const std::vector<lsw_name>& names) {
    Object bytes = LSW_BPF_OBJECT(trace);
    if (bytes.size_bytes == 0) return "this build has no BPF programs";
    lift_memory_limit();
    object_ = load_quickly(bytes, names.size());
    if (!object_) {
        listen_to_libbpf();
        object_ = open_object(bytes, nullptr);
        if (!object_) return describe_failure("the programs cannot be opened");
        if (load_object(object_, names.size()) != 0) return describe_failure("the kernel refused the programs");
    }
    fill_names(map("lsw_names"), names);
    return {};
}

std::string TracePrograms::attach() {
    bpf_program* program;
    bpf_object__for_each_program(program, object_) {
        int link = bpf_link_create(bpf_program__fd(program), 0, BPF_TRACE_RAW_TP, nullptr);
        if (link < 0) {
            errno = -link;
            return describe_failure("the kernel refused to attach");
        }
        links_.push_back(link);
    }
    return {};
}

void TracePrograms::detach() {
    for (int link : links_) close(link);
    links_.clear();
}

void TracePrograms::pin(int tracer) {
    std::string parent = pin_directory();
    if (parent.empty()) return;
    sweep(parent);
    std::string own = parent + "/trace-" + std::to_string(tracer);
    if (mkdir(own.c_str(), 0700) != 0) return;
    pins_ = own;
    bpf_program* program;
    bpf_object__for_each_program(program, object_)
        bpf_obj_pin(bpf_program__fd(program), (own + "/" + bpf_program__name(program)).c_str());
    for (const char* name : {"lsw_threads", "lsw_processes", "lsw_calls", "lsw_names"})
        bpf_obj_pin(map(name), (own + "/" + name).c_str());
}

void TracePrograms::unpin() {
    if (pins_.empty()) return;
    remove_pins(pins_);
    rmdir(pins_.substr(0, pins_.rfind('/')).c_str());
    pins_.clear();
}

}  // namespace lsw::bpf
