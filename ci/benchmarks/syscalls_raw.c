// system calls that a program makes itself, without the library: NT services there; here getpid, a signal to oneself, and a
// call that another process answers (seccomp user notification), which is what the slower ways there are made of
#include "bench.h"

#ifdef _WIN32
// A stub as programs write it, which may be rewritten after its first call, one that may not, and one whose number is data.
long raw_fixed(void);
asm(".p2align 4\n.globl raw_fixed\nraw_fixed:\n mov %rcx, %r10\n mov $0xF4, %eax\n syscall\n ret\n.p2align 4\n");
long raw_loaded(void);
asm(".p2align 4\n.globl raw_loaded\nraw_loaded:\n mov %rcx, %r10\n mov 1f(%rip), %eax\n syscall\n ret\n1: .long 0xF4\n.p2align 4\n");
long raw_rare_service(void*);  // NtLoadDriver: decided by lswhost
asm(".p2align 4\n.globl raw_rare_service\nraw_rare_service:\n mov %rcx, %r10\n mov $0x106, %eax\n syscall\n ret\n.p2align 4\n");
static long (*raw_trapping)(void);
static void prepare(void) {
    static const unsigned char code[] = {0x49, 0x89, 0xCA, 0xB8, 0xF4, 0, 0, 0, 0x0F, 0x05, 0xC3};
    unsigned char* page = VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_EXECUTE_READWRITE);
    memcpy(page, code, sizeof code);
    raw_trapping = (long (*)(void))(void*)page;
    // Called often, such code is left to the kernel, where that can do it: not at once, and only then.
    for (int i = 0; i < 300; ++i) raw_trapping();
    Sleep(300);
}
static void prepare_rare(void) { BENCH_MUST(raw_rare_service(NULL) == (long)0xC0000061); }
static long raw_rare(void) { return raw_rare_service(NULL); }
#else
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
enum { kAsked = 0x4000 };  // no system call

static long raw_fixed(void) { return syscall(SYS_getpid); }
static long raw_trapping(void) { return syscall(SYS_getpid); }
static void nothing(int number) { (void)number; }
static void prepare(void) { signal(SIGUSR1, nothing); }
static long raw_loaded(void) { return syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1); }

static void answer(int listener) {
    struct seccomp_notif request;
    struct seccomp_notif_resp response;
#ifdef SECCOMP_IOCTL_NOTIF_SET_FLAGS
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
#else
    ioctl(listener, _IOW('!', 4, unsigned long long), 1UL);
#endif
    for (;;) {
        memset(&request, 0, sizeof request);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request)) continue;
        memset(&response, 0, sizeof response);
        response.id = request.id;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
}

static void pass(int socket, int* descriptor, int sends) {
    char byte = 0, control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (sends) {
        struct cmsghdr* head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET, head->cmsg_type = SCM_RIGHTS, head->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(head), descriptor, sizeof(int));
        BENCH_MUST(sendmsg(socket, &message, 0) == 1);
    } else {
        BENCH_MUST(recvmsg(socket, &message, 0) == 1 && CMSG_FIRSTHDR(&message));
        memcpy(descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
    }
}

static void prepare_rare(void) {
    int ends[2], listener;
    BENCH_MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    pid_t asker = getpid();
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != asker) _exit(1);
        close(0), close(1);
        pass(ends[0], &listener, 0);
        answer(listener);
    }
    struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                 BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kAsked, 0, 1),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
                                 BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    BENCH_MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    BENCH_MUST(listener >= 0);
    pass(ends[1], &listener, 1);
    close(listener);
    BENCH_MUST(syscall(kAsked) == 0);
}
static long raw_rare(void) { return syscall(kAsked); }
#endif

#define BENCH_OF(name, call)                          \
    static void name(void* context, long count) {    \
        (void)context;                               \
        for (long i = 0; i < count; ++i) call();     \
    }
BENCH_OF(fixed, raw_fixed)
BENCH_OF(trapping, raw_trapping)
BENCH_OF(loaded, raw_loaded)
BENCH_OF(rare, raw_rare)

int main(int argc, char** argv) {
    bench_begin(argc, argv);
    prepare();
    bench_call("raw_call", "a raw system call from a stub in the program's code (tier T0); getpid", fixed, NULL);
    bench_call("raw_call_generated", "a raw system call from code that the program may rewrite (tier T1 where the kernel has it, else a trap); getpid", trapping, NULL);
    bench_call("raw_call_trapped", "a raw system call that always traps (tier T2); a signal to oneself", loaded, NULL);
    prepare_rare();  // last: from here on there is a filter
    bench_call_threads("raw_call_rare", "a raw system call that lswhost decides (tier T3); a call that another process answers", rare, NULL);
    return bench_end();
}
