// How many descriptors this process may have. Windows programs expect no limit below sixteen million handles, and Linux's usual
// soft limit of 1,024 is there for programs that use select(2), which LSW does not. Linux children get the caller's limit back.
#pragma once

namespace lsw {

// As many as the kernel lets us, from now on.
void raise_descriptor_limit();

// In a child between clone and execve: the limit as it was.
void restore_descriptor_limit();

}  // namespace lsw
