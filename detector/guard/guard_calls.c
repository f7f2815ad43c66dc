#include "detector/guard/guard.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#define TC_CALL_OLD(name) SYS_##name,
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#define TC_CALL_OLD(name)
#endif

#ifdef MACHINE

/* The youngest number that the lists below were drawn up with; the same on all machines. */
#define YOUNGEST 450
#define X32 0x40000000u
#define THREAD 0x00010000u /* CLONE_THREAD */
#define PROGRAM_MAX 1024

#define TC_CALL(name) SYS_##name,
static const int allowed[] = {
#include "detector/guard/calls.def"
};
#undef TC_CALL
#undef TC_CALL_OLD

static const int deadly[] = {SYS_execve,           SYS_execveat,          SYS_ptrace,
                             SYS_process_vm_readv, SYS_process_vm_writev, SYS_init_module,
                             SYS_finit_module,     SYS_kexec_load,        SYS_bpf};
static const int local_families[] = {AF_UNIX};
static const int network_families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
/* What puts words into a terminal's input. */
static const int forbidden_ioctls[] = {TIOCSTI, 0x541C /* TIOCLINUX */};

typedef struct program {
    struct sock_filter code[PROGRAM_MAX];
    unsigned short length;
} program;

static void add(program *p, struct sock_filter instruction)
{
    TC_ASSERT(p->length < PROGRAM_MAX);
    p->code[p->length++] = instruction;
}

static void load(program *p, size_t offset)
{
    add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void end(program *p, uint32_t action)
{
    add(p, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* With that value the call ends so; else it goes on behind. */
static void if_equal(program *p, uint32_t value, uint32_t action)
{
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
    end(p, action);
}

static void if_any(program *p, const int *values, size_t count, uint32_t action)
{
    for (size_t i = 0; i < count; i++)
        if_equal(p, (uint32_t)values[i], action);
}

#define ALLOW SECCOMP_RET_ALLOW
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define ABSENT (SECCOMP_RET_ERRNO | ENOSYS)
#define KILL SECCOMP_RET_KILL_PROCESS
#define ARGUMENT(n)                                                                                \
    (offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t)) /* its low half */

/* The instructions that were added since belong to one call: others pass them over. */
static unsigned short begin_call(program *p, int number)
{
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 0));
    return p->length;
}

static void end_call(program *p, unsigned short begun, uint32_t action)
{
    end(p, action);
    TC_ASSERT(p->length - begun <= UINT8_MAX);
    p->code[begun - 1].jf = (uint8_t)(p->length - begun);
}

static void add_arguments(program *p, bool network)
{
    unsigned short begun = begin_call(p, SYS_clone);
    load(p, ARGUMENT(0));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, THREAD, 0, 1));
    end(p, ALLOW);
    end_call(p, begun, REFUSE);
    begun = begin_call(p, SYS_socket);
    load(p, ARGUMENT(0));
    if_any(p, network ? network_families : local_families,
           network ? TC_COUNT_OF(network_families) : TC_COUNT_OF(local_families), ALLOW);
    end_call(p, begun, REFUSE);
    begun = begin_call(p, SYS_ioctl);
    load(p, ARGUMENT(1));
    if_any(p, forbidden_ioctls, TC_COUNT_OF(forbidden_ioctls), REFUSE);
    end_call(p, begun, ALLOW);
}

static void write_program(program *p, bool network)
{
    p->length = 0;
    load(p, offsetof(struct seccomp_data, arch));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
    end(p, KILL);
    load(p, offsetof(struct seccomp_data, nr));
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1));
    end(p, KILL);
    if_any(p, allowed, TC_COUNT_OF(allowed), ALLOW);
    if_any(p, deadly, TC_COUNT_OF(deadly), KILL);
    /* Its arguments lie in memory, where a filter cannot look: libraries take clone instead. */
    if_equal(p, SYS_clone3, ABSENT);
    add_arguments(p, network);
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, YOUNGEST, 0, 1));
    end(p, ABSENT);
    end(p, REFUSE);
}

TC_STATUS tc_guard_calls(bool network, tc_error *reterr)
{
    program p;
    write_program(&p, network);
    struct sock_fprog given = {.len = p.length, .filter = p.code};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &given) == 0)
        return TC_SUCCESS;
    return tc_fail_sys(reterr, errno, NULL, "seccomp");
}

#else

TC_STATUS tc_guard_calls(bool network, tc_error *reterr)
{
    (void)network;
    return tc_fail(reterr, TC_EIO, "the numbers of this machine's system calls are not known");
}

#endif
