// Ctrl-C: cmd.exe outlives the child that was interrupted, and then stops what it was doing.
#pragma once

namespace lsw::cmd {

void watch_interrupts();
bool interrupted();
void forget_interrupt();

}  // namespace lsw::cmd
