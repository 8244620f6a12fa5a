// Windows and queues, to each other.
#pragma once

#include "dll/user32/user32.h"

namespace lsw::user {

// The thread that made the window, 0 when there is none of that name.
DWORD thread_of_window(HWND window);
// Calls the window's procedure, on its own thread. 0 when the window is gone.
LRESULT call_window(HWND window, UINT message, WPARAM first, LPARAM second);

// The calling thread gets a queue, so that others can post to its windows.
void make_queue();
// Puts a message into a thread's queue; sends one and waits for the answer; forgets a window's messages and timers.
BOOL post_to_thread(DWORD thread, HWND window, UINT message, WPARAM first, LPARAM second);
LRESULT send_to_thread(DWORD thread, HWND window, UINT message, WPARAM first, LPARAM second);
void forget_window(HWND window);

}  // namespace lsw::user
