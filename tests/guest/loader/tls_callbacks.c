// Several TLS callbacks, in the order of the table; a thread's block starts as the template and is its
// own; callbacks see threads come and go. "PE Format", "TLS Callback Functions".
// stdout: ^detach order: 12$
#include "../check.h"

extern ULONG _tls_index;  // of the C runtime, which also makes the TLS directory

// In the template: the C runtime's .tls section begins with _tls_start and ends with _tls_end.
__attribute__((section(".tls$LSW"))) int tls_variable = 7;

static char attach_order[16];
static char thread_order[16];
static char detach_order[16];
static void* first_instance;

static void append(char* text, char c) {
    size_t length = strlen(text);
    if (length < 14) {
        text[length] = c;
        text[length + 1] = 0;
    }
}

static void note(void* instance, DWORD reason, char name) {
    if (reason == DLL_PROCESS_ATTACH) {
        append(attach_order, name);
        first_instance = instance;
    } else if (reason == DLL_THREAD_ATTACH) {
        append(thread_order, name);
    } else if (reason == DLL_THREAD_DETACH) {
        append(thread_order, (char)(name + ('a' - '1')));
    } else {
        append(detach_order, name);
        if (name == '2') {
            // Past main: stdio may be gone, WriteFile is not.
            char line[] = "detach order: ??\r\n";
            DWORD written;
            memcpy(line + 14, detach_order, 2);
            WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), line, sizeof line - 1, &written, NULL);
        }
    }
}

static void NTAPI callback1(PVOID instance, DWORD reason, PVOID reserved) {
    (void)reserved;
    note(instance, reason, '1');
}
static void NTAPI callback2(PVOID instance, DWORD reason, PVOID reserved) {
    (void)reserved;
    note(instance, reason, '2');
}

// The linker sorts .CRT$XL*: between the C runtime's own first and last.
__attribute__((section(".CRT$XLM"), used)) static PIMAGE_TLS_CALLBACK entry1 = callback1;
__attribute__((section(".CRT$XLN"), used)) static PIMAGE_TLS_CALLBACK entry2 = callback2;

// &tls_variable of the calling thread, computed as compilers do: TEB.ThreadLocalStoragePointer[index].
static int* my_variable(void) {
    void** vector = (void**)__readgsqword(0x58);
    extern char _tls_start;
    return (int*)((char*)vector[_tls_index] + ((char*)&tls_variable - &_tls_start));
}

static DWORD WINAPI thread_main(void* argument) {
    int* variable = my_variable();
    *(int**)argument = variable;
    int seen = *variable;
    *variable = 99;
    return (DWORD)seen;
}

int main(void) {
    CHECK_STR(attach_order, "12");
    CHECK(first_instance == (void*)GetModuleHandleW(NULL));
    CHECK_EQ(*my_variable(), 7);
    *my_variable() = 8;
    for (int i = 0; i < 3; ++i) {
        thread_order[0] = 0;
        int* theirs = NULL;
        DWORD seen = 0;
        HANDLE thread = CreateThread(NULL, 0, thread_main, &theirs, 0, NULL);
        CHECK_EQ(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
        CHECK(GetExitCodeThread(thread, &seen));
        CloseHandle(thread);
        CHECK_EQ(seen, 7);
        CHECK(theirs != my_variable());
        CHECK_STR(thread_order, "12ab");
    }
    CHECK_EQ(*my_variable(), 8);
    return check_result();
}
