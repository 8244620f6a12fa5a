// What the processes that load programs have in common: saying why it failed, and the directory of pins.
#pragma once

#include <string>

namespace lsw::bpf {

// Keeps what libbpf complains of, instead of printing it.
void listen_to_libbpf();

// Why `what` failed: errno and the first complaint since listen_to_libbpf.
std::string describe_failure(const char* what);

// Kernels before 5.11 charge maps against the limit of locked memory.
void lift_memory_limit();

// The user's directory of pins, made when missing, and in it `name`. Empty where there is no bpffs.
std::string pin_directory();

// With everything in it.
void remove_pins(const std::string& path);

}  // namespace lsw::bpf
